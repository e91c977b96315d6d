import { Anchor, List, Popover, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { DraftProblem } from '../../../api/types.ts';
import { ruleTexts } from '../../../texts.ts';
import classes from './edit.module.css';
import type { RulesForm } from './form.ts';
import { placeOf } from './places.ts';
import { inOneText, type Path } from './problems.ts';

interface ProblemListProps {
  /** What is seen while it is shut. */
  label: string;
  tone: 'mistake' | 'doubt';
  problems: readonly DraftProblem[];
  /** Null where the text cannot be read: then only lines can be named. */
  form: RulesForm | null;
  /** Leads to the input in the form. */
  onGo(path: Path): void;
}

/** What is wrong with the draft, in a window that opens over the page: nothing moves under the hand of who types. */
export function ProblemList({ label, tone, problems, form, onGo }: ProblemListProps) {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  return (
    <Popover opened={isOpen} onChange={close} position="bottom-start" width={440} trapFocus shadow="md">
      <Popover.Target>
        <UnstyledButton fz="sm" className={classes.problems} data-tone={tone} onClick={toggle}>
          {label}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.problemList} aria-label={label}>
        <List size="sm" spacing={6}>
          {problems.map((problem) => (
            <List.Item key={`${problem.path.join('.')} ${problem.line} ${problem.message}`} className="wrap">
              {form ? (
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  ta="left"
                  onClick={() => {
                    close();
                    onGo(problem.path);
                  }}
                >
                  {placeOf(problem.path, form)}
                </Anchor>
              ) : (
                ruleTexts.text.line(problem.line)
              )}
              : {inOneText(problem)}
            </List.Item>
          ))}
        </List>
      </Popover.Dropdown>
    </Popover>
  );
}
