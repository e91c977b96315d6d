import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { ruleTexts, texts } from '../../../texts.ts';
import { useProblem } from './context.ts';
import classes from './edit.module.css';
import { Rows } from './fields/Rows.tsx';
import { ValueInput } from './fields/ValueInput.tsx';
import type { RulesForm } from './form.ts';
import { nameOfPipeline, type Pipeline } from './kommo-stages.ts';
import { Part } from './Part.tsx';
import { anchorOf } from './problems.ts';

const labels = ruleTexts.person;

type Person = RulesForm['person'];

interface PersonPartProps {
  person: Person;
  pipelines: readonly Pipeline[];
  onChange(person: Person): void;
}

/** How people are identified in Customer.io, and which attributes are sent. */
export function PersonPart({ person, pipelines, onChange }: PersonPartProps) {
  const prefixProblem = useProblem(['person', 'id_prefix']);
  const isByContactId = person.identify_by === 'contact_id';
  return (
    <Part title={texts.rules.person} of="person">
      <Stack gap="md" className={`card ${classes.part}`}>
        <div className={classes.two}>
          <NativeSelect
            id={anchorOf(['person', 'identify_by'])}
            label={labels.identifyBy}
            description={labels.identifyByHint}
            data={optionsOf(labels.identifyByLabels, person.identify_by)}
            value={person.identify_by || 'email'}
            onChange={(event) => onChange({ ...person, identify_by: event.currentTarget.value })}
            error={useProblem(['person', 'identify_by'])}
          />
          <NativeSelect
            id={anchorOf(['person', 'contacts'])}
            label={labels.contacts}
            description={labels.contactsHint}
            data={optionsOf(labels.contactsLabels, person.contacts)}
            value={person.contacts || 'main'}
            onChange={(event) => onChange({ ...person, contacts: event.currentTarget.value })}
            error={useProblem(['person', 'contacts'])}
          />
          <NativeSelect
            id={anchorOf(['person', 'deal'])}
            label={labels.deal}
            description={labels.dealHint}
            data={optionsOf(dealLabels(pipelines), person.deal)}
            value={person.deal || 'last_changed'}
            onChange={(event) => onChange({ ...person, deal: event.currentTarget.value })}
            error={useProblem(['person', 'deal'])}
          />
          {(isByContactId || person.id_prefix !== '') && (
            <TextInput
              id={anchorOf(['person', 'id_prefix'])}
              label={labels.idPrefix}
              description={isByContactId ? labels.idPrefixHint : labels.idPrefixUnused}
              value={person.id_prefix}
              onChange={(event) => onChange({ ...person, id_prefix: event.currentTarget.value })}
              error={prefixProblem}
            />
          )}
          <NativeSelect
            id={anchorOf(['person', 'merge'])}
            label={labels.merge}
            description={labels.mergeHint}
            data={optionsOf(labels.mergeLabels, person.merge)}
            value={person.merge || 'on'}
            onChange={(event) => onChange({ ...person, merge: event.currentTarget.value })}
            error={useProblem(['person', 'merge'])}
          />
          <NativeSelect
            id={anchorOf(['person', 'when_email_removed'])}
            label={labels.emailRemoved}
            description={labels.emailRemovedHint}
            data={optionsOf(labels.emailRemovedLabels, person.when_email_removed)}
            value={person.when_email_removed || 'clear'}
            onChange={(event) => onChange({ ...person, when_email_removed: event.currentTarget.value })}
            error={useProblem(['person', 'when_email_removed'])}
          />
          <NativeSelect
            id={anchorOf(['person', 'when_contact_deleted'])}
            label={labels.contactDeleted}
            description={labels.contactDeletedHint}
            data={optionsOf(labels.contactDeletedLabels, person.when_contact_deleted)}
            value={person.when_contact_deleted || 'keep'}
            onChange={(event) => onChange({ ...person, when_contact_deleted: event.currentTarget.value })}
            error={useProblem(['person', 'when_contact_deleted'])}
          />
        </div>
        <Rows
          path={['person', 'attributes']}
          label={labels.attributes}
          description={labels.attributesHint}
          heads={[texts.rules.attribute, texts.rules.from]}
          rows={person.attributes}
          onChange={(attributes) => onChange({ ...person, attributes })}
          input={(row) => <ValueInput {...row} />}
        />
      </Stack>
    </Part>
  );
}

function dealLabels(pipelines: readonly Pipeline[]): Record<string, string> {
  const { last_changed, all } = labels.dealLabels;
  const names = pipelines.map((pipeline) => nameOfPipeline(pipeline, pipelines));
  return {
    last_changed,
    ...Object.fromEntries(names.map((name) => [name, labels.dealInPipeline(name)])),
    all,
  };
}

/** The options of a choice. A current value that is not among them is added, so that it stays visible. */
export function optionsOf(known: Record<string, string>, value: string): { value: string; label: string }[] {
  const options = Object.entries(known).map(([name, label]) => ({ value: name, label }));
  return value === '' || value in known ? options : [...options, { value, label: value }];
}
