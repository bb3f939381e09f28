import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { connection } from '#portal/web/api/queries.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Panel } from '#portal/web/ui/panel/Panel.tsx';
import { Arrival } from './Arrival.tsx';
import { Checker } from './Checker.tsx';
import { Credentials, type Secret } from './Credentials.tsx';
import { Messages } from './Messages.tsx';
import { sampleValues } from './reading.ts';
import { Snippets } from './Snippets.tsx';
import classes from './connection.module.css';

/** Tab "Anbindung": does something arrive, would a message be taken, and how does the machine log in. */
export function Connection({ machine }: { readonly machine: MachineAnswer }) {
  const { t } = useTexts();
  const may = useMay();
  const asked = useQuery(connection(machine.id));
  // Lives as long as the tab is open: nobody finds it later.
  const [secret, setSecret] = useState<Secret>();
  const values = sampleValues(machine.sensors);
  return (
    <div className={classes.stack}>
      <Panel title={t('connection.arrives')} asked={asked} lines={3}>
        {(answer) => <Arrival answer={answer} />}
      </Panel>
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Messages asked={asked} />
          <Panel title={t('connection.check')} asked={asked} lines={5}>
            {({ prefix }) => <Checker machine={machine.id} prefix={prefix} values={values} />}
          </Panel>
        </div>
        <div className={classes.stack}>
          {may('machine.credentials') && <Credentials machine={machine.id} secret={secret} onSecret={setSecret} />}
          <Panel title={t('connection.snippets')} asked={asked} lines={8}>
            {({ broker, prefix }) => (
              <Snippets machine={machine.id} broker={broker} prefix={prefix} values={values} secret={secret} />
            )}
          </Panel>
          {!may('machine.credentials') && <p className={classes.hint}>{t('connection.notAllowed')}</p>}
        </div>
      </div>
    </div>
  );
}
