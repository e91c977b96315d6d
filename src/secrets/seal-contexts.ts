/**
 * What secrets are sealed for, by the table that keeps them: a secret that is copied to another row does not open. A rotation
 * seals all of them anew, so every table with secrets is named here.
 */
export const SEAL_CONTEXTS = {
  connection: (name: string) => `connection/${name}`,
  setup: (name: string) => `setup/${name}`,
  kommoGrant: (name: string) => `kommo-grant/${name}`,
};
