import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import classes from './quality.module.css';

interface Times {
  readonly online: boolean | null;
  readonly connectedAt: string | null;
  readonly messageAt: string | null;
  readonly readingAt: string | null;
}

/** Connected, last message, last valid reading: three times that are never mixed. */
export function ThreeTimes({ online, connectedAt, messageAt, readingAt }: Times) {
  const { t } = useTexts();
  return (
    <dl className={classes.times}>
      <div>
        <dt>{t('quality.connected')}</dt>
        <dd>
          <Connection online={online} />
          {connectedAt !== null && (
            <span className={classes.since}>
              {t('machine.since')} <Ago at={connectedAt} />
            </span>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('quality.message')}</dt>
        <dd>
          <Ago at={messageAt} form="ago" />
        </dd>
      </div>
      <div>
        <dt>{t('quality.reading')}</dt>
        <dd>
          <Ago at={readingAt} form="ago" />
        </dd>
      </div>
    </dl>
  );
}

/** What the machine said of its connection; many never say it. */
export function Connection({ online }: { readonly online: boolean | null }) {
  const { t } = useTexts();
  if (online === null) return <span className={classes.since}>{t('quality.notTold')}</span>;
  return (
    <span className={online ? undefined : classes.offline}>{online ? t('machine.online') : t('machine.offline')}</span>
  );
}
