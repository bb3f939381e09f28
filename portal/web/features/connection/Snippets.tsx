import { Button, CopyButton, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ConnectionAnswer } from '#shared/model/api/connection.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import type { Secret } from './Credentials.tsx';
import { snippetOf, type Tool, TOOLS } from './snippets.ts';
import classes from './connection.module.css';

interface SnippetsProps {
  readonly machine: string;
  readonly broker: ConnectionAnswer['broker'];
  readonly prefix: string;
  readonly values: Readonly<Record<string, number>>;
  readonly secret: Secret | undefined;
}

/** How the machine sends its first message, ready to copy; with the password only while it is shown. */
export function Snippets({ machine, broker, prefix, values, secret }: SnippetsProps) {
  const { t } = useTexts();
  const [tool, setTool] = useState<Tool>('mosquitto');
  // The house may know the broker by a name that machines do not.
  const [host, setHost] = useState(broker.host ?? window.location.hostname);
  const [port, setPort] = useState(broker.port === null ? '' : String(broker.port));
  const text = snippetOf(tool, {
    host: host.trim() || 'HOST',
    port: /^\d+$/.test(port.trim()) ? port.trim() : 'PORT',
    tls: broker.tls,
    username: secret?.username ?? machine,
    password: secret?.password ?? t('connection.passwordGap'),
    machine,
    prefix,
    values,
  });
  return (
    <div className={classes.body}>
      <div className={classes.actions}>
        <TextInput
          className={classes.grow ?? ''}
          label={t('connection.host')}
          value={host}
          spellCheck={false}
          onChange={(event) => setHost(event.currentTarget.value)}
        />
        <TextInput
          className={classes.port ?? ''}
          label={t('connection.port')}
          value={port}
          inputMode="numeric"
          onChange={(event) => setPort(event.currentTarget.value)}
        />
      </div>
      <p className={classes.hint}>
        {broker.tls ? t('connection.tlsHint') : t('connection.plainHint')} {broker.local && t('connection.localHint')}
      </p>
      <SegmentedControl
        fullWidth
        aria-label={t('connection.tool')}
        value={tool}
        onChange={(value) => setTool(TOOLS.find((one) => one === value) ?? 'mosquitto')}
        data={TOOLS.map((one) => ({ value: one, label: t(`connection.tools.${one}`) }))}
      />
      <p className={classes.hint}>{t(`connection.toolHints.${tool}`)}</p>
      <pre className={classes.snippet}>{text}</pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button className={classes.start ?? ''} variant="default" onClick={copy}>
            {copied ? t('common.copied') : t('common.copy')}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
