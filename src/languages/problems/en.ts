/* The sentences about failed actions, in English; `es.ts` and `pt.ts` have the same keys. */

export const problems = {
  /** What to do about an action that has failed. By the code of the failure, else by what else is known of it. */
  advice: {
    previous_action_failed:
      'It waited for an action that failed. Retry or dismiss that one, and this one follows.',
    attempts_exhausted:
      'The other side did not answer for three days. Check the connection (page Connections, or: stagepost doctor). Retry when it works again.',
    action_unreadable:
      'A newer version of Stagepost has stored this action, and this version cannot send it. Run the newer version, then retry.',
    field_missing:
      'The deal field is missing in Kommo. Create it on the page Connections, or with: stagepost doctor --fix. Then retry.',
    option_missing:
      'Add the missing option to the list field in Kommo, or change the value in the rules for future reports. Then retry.',
    value_type_mismatch:
      'The value in the rules does not suit the type of the field. Use another field or value in the rules for future reports. If the field’s type was changed in Kommo to suit the value, retry; otherwise dismiss.',
    choice_unknown:
      'Kommo does not have the value to set: a field or an option is missing or was archived. Find it with: stagepost doctor. Restore or add it in Kommo, then retry.',
    assignee_unavailable:
      'The responsible user can no longer be given tasks. Assign the deal to another user, create the task by hand, and dismiss this one.',
    tag_refused:
      'Kommo does not accept the name of this tag. Correct it in the rules for future events, and dismiss this one.',
    deal_not_found: 'The deal no longer exists in Kommo, so there is nothing to write to. Dismiss it.',
    text_too_long:
      'Shorten the text in the rule. Retrying sends the old text, so add it by hand in Kommo, then dismiss it here.',
    text_empty:
      'The text of the rule is empty for this deal. Correct it for future events, and dismiss this one.',
    identifier_refused:
      'Customer.io cannot take the email address or ID of this person. Correct the contact in Kommo, then move the deal again, and dismiss this one: it keeps the wrong address.',
    payload_too_large:
      'A value is too large for Customer.io. Shorten its source in the rules, then move the deal again, and dismiss this one.',
    removed:
      'Its contents were removed after the retention period, so it cannot be retried. Dismiss it. If the client should still get the email, move the deal again.',
    unauthorized:
      'A token or key was rejected. Replace it on the page Connections, or in the environment and restart. Then retry.',
    callFailed:
      'The other side failed. Check the connection (page Connections, or: stagepost doctor). Retry when the other side works again.',
    refusedByKommo:
      'Kommo refused this; its error text says why. Fix the cause in Kommo or in the rules, then retry.',
    refusedByCustomerio:
      'Customer.io refused this; its error text says why. Correct the rule or the data, then retry. If the refused value is in the action itself, move the deal again and dismiss this one.',
  },

  /** What people call actions of each kind: "1 note", "2 notes". */
  actionNames: {
    change_email: { one: 'change of an email', many: 'changes of emails' },
    identify: { one: 'person update', many: 'person updates' },
    track: { one: 'event', many: 'events' },
    merge: { one: 'merge of profiles', many: 'merges of profiles' },
    remove_person: { one: 'removal of a person', many: 'removals of people' },
    lift_suppression: { one: 'suppression to lift', many: 'suppressions to lift' },
    note: { one: 'note', many: 'notes' },
    task: { one: 'task', many: 'tasks' },
    close_task: { one: 'closed task', many: 'closed tasks' },
    set_field: { one: 'field', many: 'fields' },
    tags: { one: 'tag change', many: 'tag changes' },
  },
};

export type ProblemSentences = typeof problems;
