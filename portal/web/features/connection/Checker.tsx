import { Alert, Button, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { CheckAnswer } from '#shared/model/api/connection.ts';
import { request } from '#portal/web/api/client.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { exact } from '#portal/web/ui/format/number.ts';
import { At, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { problemText } from '#portal/web/ui/problem.ts';
import { sampleOf, topicOf } from './snippets.ts';
import { Findings, VerdictLine } from './VerdictLine.tsx';
import classes from './connection.module.css';

interface CheckerProps {
  readonly machine: string;
  readonly prefix: string;
  readonly values: Readonly<Record<string, number>>;
}

/** Would this message be taken? Told by the same reading as in earnest, with the place and the mend. */
export function Checker({ machine, prefix, values }: CheckerProps) {
  const { t } = useTexts();
  const [topic, setTopic] = useState(topicOf(prefix, machine, 'telemetry'));
  const [payload, setPayload] = useState(sampleOf(values));
  const check = useMutation({
    mutationFn: () => request<CheckAnswer>('POST', `/machines/${machine}/check`, { body: { topic, payload } }),
  });
  return (
    <form
      className={classes.body}
      onSubmit={(event) => {
        event.preventDefault();
        check.mutate();
      }}
    >
      <p className={classes.hint}>{t('connection.checkHint')}</p>
      <TextInput
        label={t('connection.topic')}
        value={topic}
        maxLength={500}
        spellCheck={false}
        onChange={(event) => {
          setTopic(event.currentTarget.value);
          check.reset();
        }}
      />
      <Textarea
        label={t('connection.payload')}
        value={payload}
        maxLength={100_000}
        minRows={3}
        maxRows={14}
        autosize
        spellCheck={false}
        classNames={{ input: classes.code ?? '' }}
        onChange={(event) => {
          setPayload(event.currentTarget.value);
          check.reset();
        }}
      />
      <Button type="submit" className={classes.start ?? ''} loading={check.isPending} disabled={topic.trim() === ''}>
        {t('connection.doCheck')}
      </Button>
      <div role="status">
        {check.isError && <Alert color="severe">{problemText(t, check.error)}</Alert>}
        {check.data && <Result answer={check.data} />}
      </div>
    </form>
  );
}

function Result({ answer }: { readonly answer: CheckAnswer }) {
  const { t, language } = useTexts();
  const zone = useZoneName();
  const { place, readings, verdict } = answer;
  return (
    <div className={classes.result} data-bad={verdict === 'refused' || verdict === 'partly' || undefined}>
      <p>
        {t('connection.wouldBe')} <VerdictLine answer={answer} />
      </p>
      <Findings answer={answer} />
      {place && <Place {...place} />}
      {readings.length > 0 && (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('connection.sensor')}</th>
              <th scope="col" data-right>
                {t('connection.value')}
              </th>
              <th scope="col" data-right>
                {t('connection.time', { zone })}
              </th>
            </tr>
          </thead>
          <tbody>
            {readings.map(({ sensor, value, t: at }, i) => (
              <tr key={`${i} ${sensor}`}>
                <th scope="row">
                  <code>{sensor}</code>
                </th>
                <td data-right>{exact(language, value)}</td>
                <td data-right>
                  <At at={at} form="seconds" bare />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** The server sends at most this many characters before the place. */
const BEFORE = 40;

/** The line in which the payload stops being JSON, with the character that cannot stand there. */
function Place({ line, column, text }: NonNullable<CheckAnswer['place']>) {
  const { t } = useTexts();
  const at = Math.min(column - 1, BEFORE);
  return (
    <p className={classes.place}>
      <span className={classes.muted}>{t('connection.place', { line, column })}</span>
      <code>
        {text.slice(0, at)}
        <mark>{text[at] ?? '\u00a0'}</mark>
        {text.slice(at + 1)}
      </code>
    </p>
  );
}
