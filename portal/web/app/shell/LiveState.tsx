import { Tooltip } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { time, zoneName } from '#portal/web/ui/format/time.ts';
import { useStreamState } from '../live.tsx';
import classes from './shell.module.css';

/** Whether what is shown is live, and from when it is: "Live · Stand 14:05:09 MEZ". */
export function LiveState() {
  const { t, language } = useTexts();
  const zone = useZone();
  const { link, at } = useStreamState();
  const asOf = at === undefined ? '' : t('live.asOf', { time: time(language, zone, at, 'seconds') });
  const hint =
    link === 'lost'
      ? t('live.lostHint')
      : at === undefined
        ? t('live.connecting')
        : `${asOf} ${zoneName(language, zone, at)}`;
  return (
    <Tooltip label={hint} multiline maw={260}>
      <span className={classes.live} data-link={link} tabIndex={0}>
        <span className={classes.dot} aria-hidden="true" />
        <span className={classes.liveWord} role="status">
          {t(`live.${link}`)}
        </span>
        {at !== undefined && (
          <span className={classes.asOf}>
            {asOf} {zoneName(language, zone, at)}
          </span>
        )}
      </span>
    </Tooltip>
  );
}
