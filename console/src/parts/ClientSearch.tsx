import { Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { searchQuery } from '../api/queries.ts';
import type { SearchResult } from '../api/types.ts';
import { useConnection } from '../shell/connection.ts';
import { searchTexts as labels } from '../texts.ts';
import classes from './ClientSearch.module.css';
import { SearchIcon } from './icons.tsx';
import { Light } from './Light.tsx';
import { Empty } from './States.tsx';

/** The pause in typing after which is searched, ms. */
const TYPING_MS = 80;

interface ClientSearchProps {
  /** What is typed at first. */
  initial?: string;
  /** Called when a result is opened. */
  onOpen?(): void;
}

/** An input and the clients and deals that match it: a combobox whose list is always open. */
export function ClientSearch({ initial = '', onOpen }: ClientSearchProps) {
  const [typed, setTyped] = useState(initial);
  const [chosen, setChosen] = useState(0);
  const [q] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { connection, names } = useConnection();
  const search = useQuery(searchQuery(q, connection));
  const navigate = useNavigate();
  const list = useId();
  const results = q === '' ? [] : (search.data?.results ?? []);
  const isCurrent = search.data?.q === q && !search.isPlaceholderData;

  function open(result: SearchResult | undefined) {
    if (!result) return;
    onOpen?.();
    void navigate({ to: '/subject', search: { q: result.q, connection: result.connection } });
  }
  function onKeyDown(event: KeyboardEvent) {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((chosen + step + results.length) % Math.max(results.length, 1));
    }
    if (event.key === 'Enter' && isCurrent) open(results[chosen]);
  }

  return (
    <search>
      <TextInput
        data-autofocus
        label={labels.label}
        leftSection={<SearchIcon size={16} />}
        value={typed}
        role="combobox"
        aria-expanded={results.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={results.length > 0 ? `${list}-${chosen}` : undefined}
        autoComplete="off"
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
      />
      <div role="status" className="sr-only">
        {isCurrent && results.length > 0 ? labels.found(results.length) : ''}
      </div>
      <div id={list} role="listbox" aria-label={labels.results} className={classes.results}>
        {results.map((result, index) => (
          <Result
            key={`${result.connection} ${result.q}`}
            id={`${list}-${index}`}
            result={result}
            isChosen={index === chosen}
            withConnection={names.length > 1 && connection === undefined}
            onOpen={onOpen}
          />
        ))}
      </div>
      <Hint q={q} isEmpty={isCurrent && results.length === 0} hasFailed={search.isError} />
    </search>
  );
}

function Hint({ q, isEmpty, hasFailed }: { q: string; isEmpty: boolean; hasFailed: boolean }) {
  if (q === '')
    return (
      <Text size="sm" c="dimmed" mt="sm">
        {labels.hint}
      </Text>
    );
  if (hasFailed) return <Empty title={labels.failed} />;
  return isEmpty ? <Empty title={labels.none(q)} hint={labels.noneHint} /> : null;
}

interface ResultProps {
  id: string;
  result: SearchResult;
  isChosen: boolean;
  withConnection: boolean;
  onOpen: (() => void) | undefined;
}

/** The client by name, the deal and its number, and whether the client can be emailed. */
function Result({ id, result, isChosen, withConnection, onOpen }: ResultProps) {
  const { client, email, company, deal, mail, q, connection } = result;
  const name = client ?? deal?.name ?? email ?? q;
  const details = [
    deal?.name === name ? null : deal?.name,
    company,
    deal?.stage,
    email === name ? null : email,
  ];
  return (
    <Link
      to="/subject"
      search={{ q, connection }}
      id={id}
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      className={classes.result}
      onClick={() => onOpen?.()}
    >
      <span className={classes.name}>
        {name}{' '}
        <span className={classes.quiet}>
          {deal ? labels.deal(deal.id) : labels.noDeal}
          {withConnection ? ` · ${connection}` : ''}
        </span>
      </span>
      <span className={classes.mail}>
        <Light tone={mail === null ? 'nothing' : mail.state === 'mailable' ? 'good' : 'warning'} />
        {mail?.text ?? labels.notSent}
      </span>
      <span className={classes.detail}>{details.filter((detail) => detail).join(' · ')}</span>
    </Link>
  );
}
