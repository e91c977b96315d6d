import type { Act, Stage } from './load.ts';

/** What happens to the people themselves in Kommo: addresses, merges, deletions. */
export function peopleActs({ simulators, cast, later }: Stage): Act[] {
  const { kommo, journal } = simulators;

  function changeEmail(): boolean {
    const client = cast.quietClient();
    if (!client) return false;
    const email = cast.newAddress();
    client.addresses.push(email);
    client.changedAt = Date.now();
    kommo.updateContact(client.contactId, { email });
    return true;
  }

  function merge(): boolean {
    const [survivor, gone] = [cast.quietClient(), cast.quietClient()];
    if (!survivor || !gone || survivor === gone) return false;
    cast.join(survivor, gone);
    survivor.changedAt = Date.now();
    journal.merged(survivor.contactId, gone.contactId);
    kommo.mergeContacts(survivor.contactId, gone.contactId);
    return true;
  }

  function deleteAndRestore(): boolean {
    const client = cast.quietClient();
    if (!client) return false;
    client.isAway = true;
    kommo.deleteContact(client.contactId);
    later(2_000, 8_000, () => {
      kommo.restoreContact(client.contactId);
      client.isAway = false;
      client.changedAt = Date.now();
    });
    return true;
  }

  return [
    ['email changed', 5, changeEmail],
    ['contacts merged', 5, merge],
    ['contact deleted and restored', 2, deleteAndRestore],
  ];
}
