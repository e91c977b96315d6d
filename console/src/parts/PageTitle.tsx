import { Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { texts } from '../texts.ts';
import { plain } from './names.ts';
import { Readable } from './Readable.tsx';

interface PageTitleProps {
  children: string;
  /** Hides the title visually, for pages that begin with an answer. Screen readers still read it. */
  isHidden?: boolean;
  /** Before the words in the browser's tab. */
  mark?: string;
}

/** The page's heading, which is the name of the browser's tab too. */
export function PageTitle({ children, isHidden = false, mark = '' }: PageTitleProps) {
  useDocumentTitle(`${mark}${plain(children)} · ${texts.product}`);
  return (
    <Title order={1} className={isHidden ? 'sr-only' : 'wrap'}>
      <Readable text={children} />
    </Title>
  );
}
