import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMemo } from 'react';
import { Fold } from '../../../parts/Fold.tsx';
import { PlusIcon } from '../../../parts/icons.tsx';
import { ruleTexts, texts } from '../../../texts.ts';
import { StageName } from '../StageName.tsx';
import { useEditing, useProblem } from './context.ts';
import classes from './edit.module.css';
import { GuardInputs } from './fields/GuardInputs.tsx';
import { type GuardForm, NO_TAGS, type StageForm } from './form.ts';
import {
  atStages,
  type Pipeline,
  type PipelineWithRules,
  referenceTo,
  type StageWithRules,
} from './kommo-stages.ts';
import { Part } from './Part.tsx';
import { anchorOf } from './problems.ts';
import type { RenamedEvent } from './renamed-events.ts';
import { StageRule } from './StageRule.tsx';

const labels = ruleTexts.stages;

interface StagesPartProps {
  pipelines: readonly Pipeline[];
  rules: readonly StageForm[];
  onChange(rules: StageForm[]): void;
  /** By the index of the rule. */
  renamed: ReadonlyMap<number, RenamedEvent>;
  onRenameTimers(event: RenamedEvent): void;
  skipMovesAfter: string;
  onSkipMovesAfter(after: string): void;
  waitForContact: string;
  quietHours: string;
  onWaitForContact(duration: string): void;
  onQuietHours(hours: string): void;
  bulkGuard: GuardForm;
  onBulkGuard(guard: GuardForm): void;
}

/** Every stage of Kommo, with the rule it has or can get. */
export function StagesPart(props: StagesPartProps) {
  const { pipelines, rules, onChange, renamed, onRenameTimers, skipMovesAfter, onSkipMovesAfter } = props;
  const { waitForContact, quietHours, onWaitForContact, onQuietHours, bulkGuard, onBulkGuard } = props;
  const { focusSoon } = useEditing();
  const placed = useMemo(() => atStages(pipelines, rules), [pipelines, rules]);

  const ruleAt = (index: number, stage?: StageWithRules['stage']) => (
    <StageRule
      key={index}
      path={['stages', index]}
      rule={rules[index]!}
      pipelines={pipelines}
      renamed={renamed.get(index) ?? null}
      onRenameTimers={onRenameTimers}
      {...(stage ? { stage } : {})}
      onChange={(rule) => onChange(rules.with(index, rule))}
      onRemove={() => onChange(rules.toSpliced(index, 1))}
    />
  );

  const stageLine = (pipeline: Pipeline, { stage, rules: mine }: StageWithRules) =>
    mine.length > 0 ? (
      mine.map((index) => ruleAt(index, stage))
    ) : (
      <div key={stage.id ?? stage.name} className={classes.noRule}>
        <StageName {...stage} />
        <Text span size="sm" c="dimmed">
          {texts.rules.noRule}
        </Text>
        <Button
          ml="auto"
          size="compact-sm"
          variant="subtle"
          leftSection={<PlusIcon size={14} />}
          aria-label={labels.addTo(stage.name)}
          onClick={() => {
            onChange([
              ...rules,
              {
                ...referenceTo(pipelines, pipeline, stage),
                event: '',
                data: [],
                note: '',
                tags: NO_TAGS,
                unmailable_clients: '',
                once: '',
              },
            ]);
            focusSoon(['stages', rules.length, 'event']);
          }}
        >
          {labels.add}
        </Button>
      </div>
    );

  const card = ({ pipeline, stages }: PipelineWithRules) => (
    <div key={pipeline.id ?? pipeline.name} className={`card ${classes.part}`}>
      <Title order={3} fz="md" mb={4}>
        {pipeline.name}
      </Title>
      {stages.map((stage) => stageLine(pipeline, stage))}
    </div>
  );

  const idle = placed.pipelines.filter(({ hasRules }) => !hasRules);
  return (
    <Part title={texts.rules.pipelines} lead={labels.lead} of="stages">
      {placed.lost.length > 0 ? (
        <div className={`card ${classes.part}`}>
          <Title order={3} fz="md" mb={4}>
            {labels.lost}
          </Title>
          <Text size="sm" c="dimmed">
            {labels.lostHint}
          </Text>
          {placed.lost.map((index) => ruleAt(index))}
        </div>
      ) : null}
      {placed.pipelines.filter(({ hasRules }) => hasRules).map(card)}
      {idle.length > 0 ? (
        <Fold
          title={labels.otherPipelines(idle.map(({ pipeline }) => pipeline.name))}
          isOpen={idle.length === placed.pipelines.length}
        >
          <Stack gap="sm" mt="xs">
            {idle.map(card)}
          </Stack>
        </Fold>
      ) : null}
      <TimeInput
        name="skip_moves_after"
        label={labels.skip}
        description={labels.skipHint}
        placeholder="72h"
        value={skipMovesAfter}
        onChange={onSkipMovesAfter}
      />
      <TimeInput
        name="wait_for_contact"
        label={labels.wait}
        description={labels.waitHint}
        placeholder="24h"
        value={waitForContact}
        onChange={onWaitForContact}
      />
      <TimeInput
        name="quiet_hours"
        label={labels.quietForAll}
        description={labels.quietHint}
        placeholder="21:00-08:00"
        value={quietHours}
        onChange={onQuietHours}
      />
      <GuardInputs
        path={['bulk_guard']}
        guard={bulkGuard}
        usual={ruleTexts.guard.usual}
        onChange={onBulkGuard}
      />
    </Part>
  );
}

interface TimeInputProps {
  /** The key in the rules. */
  name: string;
  label: string;
  description: string;
  placeholder: string;
  value: string;
  onChange(value: string): void;
}

/** A duration or hours for all stages, with its problem. */
function TimeInput({ name, onChange, ...props }: TimeInputProps) {
  return (
    <TextInput
      {...props}
      id={anchorOf([name])}
      maw={420}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={useProblem([name])}
    />
  );
}
