import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ConnectionAnswer, HeardAnswer } from '#shared/model/api/connection.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { bytes } from '#portal/web/ui/format/bytes.ts';
import { At, useZoneName } from '#portal/web/ui/format/Zone.tsx';
import { type Asked, Panel } from '#portal/web/ui/panel/Panel.tsx';
import { Findings, VerdictLine } from './VerdictLine.tsx';
import classes from './connection.module.css';

/** What the machine sends while one looks, as it came, each message with its verdict. */
export function Messages({ asked }: { readonly asked: Asked<ConnectionAnswer> }) {
  const { t } = useTexts();
  const zone = useZoneName();
  const [held, setHeld] = useState<readonly HeardAnswer[]>();
  const messages = held ?? asked.data?.messages ?? [];
  return (
    <Panel
      title={t('connection.messages')}
      asked={asked}
      lines={6}
      aside={
        messages.length > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => setHeld(held ? undefined : messages)}>
            {held ? t('connection.resume') : t('connection.pause')}
          </Button>
        )
      }
      empty={{
        when: () => messages.length === 0,
        title: t('connection.noMessages'),
        hint: t('connection.noMessagesHint'),
      }}
    >
      {() => (
        <>
          <ol className={classes.messages}>
            {messages.map((message, i) => (
              <Message key={`${message.at} ${messages.length - i}`} message={message} />
            ))}
          </ol>
          <p className={classes.foot}>{t('time.allIn', { zone })}</p>
        </>
      )}
    </Panel>
  );
}

function Message({ message }: { readonly message: HeardAnswer }) {
  const { t, language } = useTexts();
  const { at, topic, payload, bytes: size, seq, verdict } = message;
  return (
    <li className={classes.message} data-bad={verdict === 'refused' || verdict === 'partly' || undefined}>
      <span className={classes.messageHead}>
        <VerdictLine answer={message} />
        <span className={classes.muted}>
          {seq !== null && `${t('connection.seq', { seq })} · `}
          {bytes(language, size)} · <At at={at} form="seconds" bare />
        </span>
      </span>
      <code className={classes.topic}>{topic}</code>
      <code className={classes.payload}>{payload}</code>
      <Findings answer={message} />
    </li>
  );
}
