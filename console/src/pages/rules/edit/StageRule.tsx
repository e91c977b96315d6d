import { Code, NativeSelect, TextInput } from '@mantine/core';
import { ruleTexts, texts } from '../../../texts.ts';
import { StageName } from '../StageName.tsx';
import { ConditionInputs } from './ConditionInputs.tsx';
import { useProblem } from './context.ts';
import { EventCampaigns } from './EventCampaigns.tsx';
import classes from './edit.module.css';
import { GuardInputs } from './fields/GuardInputs.tsx';
import { LiquidText } from './fields/LiquidText.tsx';
import { Rows } from './fields/Rows.tsx';
import { TagsRow } from './fields/TagsRow.tsx';
import { ValueInput } from './fields/ValueInput.tsx';
import type { StageForm } from './form.ts';

import { Item } from './Item.tsx';
import { type Pipeline, referenceTo, type Stage } from './kommo-stages.ts';
import { optionsOf } from './PersonPart.tsx';
import { anchorOf, type Path } from './problems.ts';
import { RenamedTimers } from './RenamedTimers.tsx';
import type { RenamedEvent } from './renamed-events.ts';
import { StageSelect } from './StageSelect.tsx';
import { SendTestOfRule } from './send/SendTestOfRule.tsx';

const labels = ruleTexts.stages;

interface StageRuleProps {
  path: Path;
  rule: StageForm;
  /** Left out where Kommo has no such stage. */
  stage?: Stage;
  /** Where it can be moved to, if it has no stage. */
  pipelines: readonly Pipeline[];
  /** Its event has another name than in the live rules, and timers have not; null where that is not so. */
  renamed: RenamedEvent | null;
  onRenameTimers(event: RenamedEvent): void;
  onChange(rule: StageForm): void;
  onRemove(): void;
}

/** What a deal starts that enters this stage. */
export function StageRule(props: StageRuleProps) {
  const { path, rule, stage, pipelines, renamed, onRenameTimers, onChange, onRemove } = props;
  const name = stage?.name ?? `${rule.pipeline}: ${rule.stage}`;
  return (
    <Item
      path={path}
      head={
        <span className={classes.stageLine}>
          <StageName name={name} color={stage?.color ?? null} />
          {rule.event ? <Code>{rule.event}</Code> : null}
        </span>
      }
      withoutInput={['pipeline', 'stage']}
      removeLabel={labels.remove}
      onRemove={onRemove}
    >
      {stage ? null : (
        <StageSelect
          pipelines={pipelines}
          label={labels.giveStage}
          placeholder={labels.giveStageHint}
          maw={420}
          value={null}
          onChange={(to) => to && onChange({ ...rule, ...referenceTo(pipelines, to.pipeline, to.stage) })}
        />
      )}
      <TextInput
        id={anchorOf([...path, 'event'])}
        label={texts.rules.event}
        description={labels.eventHint}
        withAsterisk
        value={rule.event}
        onChange={(event) => onChange({ ...rule, event: event.currentTarget.value })}
        error={useProblem([...path, 'event'])}
        spellCheck={false}
        autoComplete="off"
      />
      <EventCampaigns event={rule.event} />
      {renamed ? <RenamedTimers {...renamed} onRename={() => onRenameTimers(renamed)} /> : null}
      <ConditionInputs
        path={[...path, 'if']}
        condition={rule.if}
        onChange={(to) => {
          const { if: _before, ...others } = rule;
          onChange(to === undefined ? others : { ...others, if: to });
        }}
      />
      <Rows
        path={[...path, 'data']}
        label={texts.rules.data}
        description={labels.dataHint}
        heads={[labels.dataName, texts.rules.from]}
        rows={rule.data}
        onChange={(data) => onChange({ ...rule, data })}
        input={(row) => <ValueInput {...row} />}
      />
      <LiquidText
        path={[...path, 'note']}
        kind="stage_note"
        label={texts.rules.note}
        description={labels.noteHint}
        value={rule.note}
        onChange={(note) => onChange({ ...rule, note })}
      />
      <TagsRow path={[...path, 'tags']} tags={rule.tags} onChange={(tags) => onChange({ ...rule, tags })} />
      <NativeSelect
        id={anchorOf([...path, 'unmailable_clients'])}
        label={labels.unmailable}
        description={labels.unmailableHint}
        maw={420}
        data={optionsOf(labels.unmailableLabels, rule.unmailable_clients)}
        value={rule.unmailable_clients || 'send'}
        onChange={(event) => onChange({ ...rule, unmailable_clients: event.currentTarget.value })}
        error={useProblem([...path, 'unmailable_clients'])}
      />
      <NativeSelect
        id={anchorOf([...path, 'once'])}
        label={labels.once}
        description={labels.onceHint}
        maw={420}
        data={optionsOf(labels.onceLabels, rule.once)}
        value={rule.once}
        onChange={(event) => onChange({ ...rule, once: event.currentTarget.value })}
        error={useProblem([...path, 'once'])}
      />
      <div className={classes.two}>
        <TextInput
          id={anchorOf([...path, 'delay'])}
          label={labels.delay}
          description={labels.delayHint}
          value={rule.delay ?? ''}
          onChange={(event) => onChange({ ...rule, delay: event.currentTarget.value })}
          error={useProblem([...path, 'delay'])}
        />
        <TextInput
          id={anchorOf([...path, 'quiet_hours'])}
          label={labels.quiet}
          description={labels.quietStageHint}
          value={rule.quiet_hours ?? ''}
          onChange={(event) => onChange({ ...rule, quiet_hours: event.currentTarget.value })}
          error={useProblem([...path, 'quiet_hours'])}
        />
        <NativeSelect
          id={anchorOf([...path, 'when_left'])}
          label={labels.whenLeft}
          description={labels.whenLeftHint}
          data={optionsOf(labels.whenLeftLabels, rule.when_left ?? '')}
          value={rule.when_left || 'drop'}
          onChange={(event) => onChange({ ...rule, when_left: event.currentTarget.value })}
          error={useProblem([...path, 'when_left'])}
        />
      </div>
      <GuardInputs
        path={[...path, 'bulk_guard']}
        guard={rule.bulk_guard}
        usual={ruleTexts.guard.asForAll}
        onChange={(bulk_guard) => onChange({ ...rule, bulk_guard })}
      />
      <SendTestOfRule part="stages" index={Number(path[1])} />
    </Item>
  );
}
