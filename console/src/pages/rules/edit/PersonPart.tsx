import { NativeSelect, Stack, Text } from '@mantine/core';
import { texts } from '../../../texts.ts';
import { ruleTexts } from '../../../texts-rules.ts';
import { useProblem } from './context.ts';
import classes from './edit.module.css';
import { Rows } from './fields/Rows.tsx';
import { ValueInput } from './fields/ValueInput.tsx';
import type { RulesForm } from './form.ts';
import { Part } from './Part.tsx';
import { anchorOf } from './problems.ts';

const labels = ruleTexts.person;

type Person = RulesForm['person'];

/** How people are identified in Customer.io, and which attributes are sent. */
export function PersonPart({ person, onChange }: { person: Person; onChange(person: Person): void }) {
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
        </div>
        <Text size="sm" c="dimmed">
          {labels.lead}
        </Text>
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

/** The options of a choice. A current value that is not among them is added, so that it stays visible. */
export function optionsOf(known: Record<string, string>, value: string): { value: string; label: string }[] {
  const options = Object.entries(known).map(([name, label]) => ({ value: name, label }));
  return value === '' || value in known ? options : [...options, { value, label: value }];
}
