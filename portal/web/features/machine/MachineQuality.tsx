import type { MachineAnswer } from '#shared/model/api/machine.ts';
import { durationMs } from '#shared/model/duration.ts';
import { span } from '#shared/model/figures.ts';
import { useMay } from '#portal/web/app/session.tsx';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Ago } from '#portal/web/ui/format/Zone.tsx';
import { nameOf } from '#portal/web/ui/names.ts';
import { Breaks } from '#portal/web/ui/quality/Breaks.tsx';
import { Rejects } from '#portal/web/ui/quality/Rejects.tsx';
import { ThreeTimes } from '#portal/web/ui/quality/ThreeTimes.tsx';
import classes from './quality.module.css';

/** Tab "Datenqualität": when something last arrived, by machine and by sensor, and what was set aside. */
export function MachineQuality({ machine }: { readonly machine: MachineAnswer }) {
  const { t, language } = useTexts();
  const may = useMay();
  return (
    <div className={classes.stack}>
      <section className={classes.panel}>
        <h2 className={classes.title}>{t('machine.quality')}</h2>
        <p className={classes.hint}>{t('machine.qualityHint')}</p>
        <ThreeTimes {...machine} />
      </section>
      <section className={classes.panel}>
        <h2 className={classes.title}>{t('machine.sensorQuality')}</h2>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('machine.sensor')}</th>
              <th scope="col">{t('machine.lastReading')}</th>
              <th scope="col">{t('machine.every')}</th>
              <th scope="col">{t('machine.verdict')}</th>
            </tr>
          </thead>
          <tbody>
            {machine.sensors.map((sensor) => (
              <tr key={sensor.id}>
                <th scope="row">
                  {nameOf(sensor, language)} <code>{sensor.id}</code>
                </th>
                <td>{sensor.last ? <Ago at={sensor.last.t} form="ago" /> : '–'}</td>
                <td>{sensor.every === null ? '–' : span(durationMs(sensor.every), language)}</td>
                <td data-stale={sensor.stale || !sensor.last || undefined}>
                  {sensor.last ? (sensor.stale ? t('machine.stale') : t('machine.fresh')) : t('machine.never')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {may('quality.see') && <Rejects machine={machine.id} />}
      {may('quality.see') && <Breaks machine={machine.id} />}
    </div>
  );
}
