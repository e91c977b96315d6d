import { Link } from '@tanstack/react-router';
import { CheckIcon } from '../../parts/icons.tsx';
import { setupTexts } from '../../texts.ts';
import classes from './setup.module.css';
import { STEPS, type StepName } from './steps.ts';

interface StepsProps {
  name: string;
  current: StepName;
  done: readonly StepName[];
  /** The steps that can be opened. */
  open: readonly StepName[];
}

/** The steps of the setup in their order, with links to those that can be opened. */
export function Steps({ name, current, done, open }: StepsProps) {
  return (
    <nav aria-label={setupTexts.steps}>
      <ol className={classes.steps}>
        {STEPS.map((step, index) => {
          const isDone = done.includes(step);
          const content = (
            <>
              <span className={classes.number} data-done={isDone || undefined} aria-hidden="true">
                {isDone ? <CheckIcon size={14} /> : index + 1}
              </span>
              <span className={classes.stepLabel}>{setupTexts.stepLabels[step]}</span>
              <span className="sr-only">{isDone ? `, ${setupTexts.stepDone}` : ''}</span>
            </>
          );
          return (
            <li key={step} data-current={step === current || undefined}>
              {open.includes(step) ? (
                <Link
                  to="/setup/$name/$step"
                  params={{ name, step }}
                  className={classes.step}
                  aria-current={step === current ? 'step' : undefined}
                >
                  {content}
                </Link>
              ) : (
                <span className={classes.step}>{content}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
