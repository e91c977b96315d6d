import type {
  CustomerioStep,
  FinishPart,
  FinishStep,
  KommoStep,
  RulesStep,
  SetupFinding,
} from './schemas.ts';

/** What was answered and found so far, as it is stored. It has no secret. */
export interface SetupAnswers {
  kommo: Pick<KommoStep, 'url' | 'changes' | 'hasToken'> & { check: KommoCheck | null };
  customerio: Pick<
    CustomerioStep,
    'siteId' | 'hasSiteId' | 'hasApiKey' | 'hasAppKey' | 'hasSigningKey' | 'signingKeyFrom'
  > & {
    /** Whether the reporting webhook was made, switched off. */
    isReportingPrepared: boolean;
    check: CustomerioCheck | null;
  };
  rules: Pick<RulesStep, 'attributes' | 'recipes' | 'text' | 'isEdited'> & { check: RulesCheck | null };
  finish: { isConnected: boolean; parts: Partial<Record<FinishPart, PartState>> };
}

/** What was found with the answers of a step, and when, ms. */
interface Checked {
  at: number;
  findings: SetupFinding[];
}

export type KommoCheck = Checked & Pick<KommoStep, 'account' | 'user' | 'validUntil' | 'pollingNeeded'>;

export type CustomerioCheck = Checked & Pick<CustomerioStep, 'region' | 'workspace'>;

export type RulesCheck = Checked & Pick<RulesStep, 'problems' | 'events' | 'reports'>;

/** How far a part of finishing is. */
export type PartState = Pick<FinishStep['parts'][number], 'state' | 'sentence' | 'todo' | 'url' | 'at'>;

/** The secrets of a setup, which are stored encrypted. */
export interface SetupSecrets {
  /** The last part of the address of Kommo's webhook. */
  webhookSecret: string;
  kommoToken?: string;
  /** Kept with the secrets, since it may be a key that was pasted into the wrong field. */
  siteId?: string;
  apiKey?: string;
  appKey?: string;
  signingKey?: string;
}

export function emptyAnswers(kommoUrl: string | null): SetupAnswers {
  return {
    kommo: { url: kommoUrl, changes: 'webhooks', hasToken: false, check: null },
    customerio: {
      siteId: null,
      hasSiteId: false,
      hasApiKey: false,
      hasAppKey: false,
      hasSigningKey: false,
      signingKeyFrom: null,
      isReportingPrepared: false,
      check: null,
    },
    rules: { attributes: [], recipes: [], text: null, isEdited: false, check: null },
    finish: { isConnected: false, parts: {} },
  };
}
