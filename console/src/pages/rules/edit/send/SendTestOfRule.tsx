import { useEditing } from '../context.ts';
import { useShownDeal } from '../preview/LivePreview.tsx';
import { SendTest } from './SendTest.tsx';

/** At the end of a rule of the form: its event, with the deal of the preview. */
export function SendTestOfRule({ part, index }: { part: 'stages' | 'inactivity'; index: number }) {
  const { connection, draft, problems } = useEditing();
  const deal = useShownDeal();
  return (
    <SendTest
      {...{ connection, draft, deal }}
      rule={{ part, index }}
      isWrong={draft !== undefined && problems.length > 0}
    />
  );
}
