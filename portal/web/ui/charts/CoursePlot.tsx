import { useMemo, useState } from 'react';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { exact, value, withUnit } from '#portal/web/ui/format/number.ts';
import { timeStep, timeTicks, valueTicks } from '#portal/web/ui/format/ticks.ts';
import { day, time, zoneName } from '#portal/web/ui/format/time.ts';
import { type Band, extent, isOutside, type Range, type Row } from './course.ts';
import classes from './plot.module.css';

/** Room for the value axis and at the right edge, px; strips above and below line up with it. */
export const AXIS_WIDTH = 58;
export const EDGE = 14;
const DAY_MS = 86_400_000;
/** The band lies below the grid. */
const BEHIND = -200;

export interface PlotProps {
  readonly rows: readonly Row[];
  readonly bands: readonly Band[];
  readonly range: Range;
  readonly unit: string | null;
  /** Charts of one name share the crosshair. */
  readonly sync: string;
  readonly height?: number;
  /** A range was dragged. */
  readonly onZoom?: ((range: Range) => void) | undefined;
  /** A moment that matters, such as when an alarm was raised; epoch ms. */
  readonly moment?: number | undefined;
  /** Stretches to be seen at once, such as alarms; epoch ms. */
  readonly marks?: readonly Range[] | undefined;
  /** Values of further limits, in the unit. */
  readonly limits?: readonly number[] | undefined;
  /** Colour of marks and limits. */
  readonly tone?: 'f' | 's' | 'm';
}

const NONE: readonly never[] = [];

/** Envelope and mean of one sensor over its tolerance at that time. The one file that knows recharts. */
export default function CoursePlot({
  rows,
  bands,
  range,
  unit,
  sync,
  height = 190,
  onZoom,
  moment,
  marks = NONE,
  limits = NONE,
  tone = 'f',
}: PlotProps) {
  const { language } = useTexts();
  const zone = useZone();
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const values = useMemo(() => {
    const [low, high] = extent(rows, bands) ?? [0, 1];
    return valueTicks(Math.min(low, ...limits), Math.max(high, ...limits), 4);
  }, [rows, bands, limits]);
  const ticks = useMemo(() => timeTicks(range.from, range.to, zone, 8), [range.from, range.to, zone]);
  const daily = timeStep(range.from, range.to, 8) >= DAY_MS / 4;
  const label = (at: number): string => {
    const clock = time(language, zone, at, 'time');
    return daily && (clock === '00:00' || timeStep(range.from, range.to, 8) >= DAY_MS)
      ? day(language, zone, at)
      : clock;
  };
  const at = (event: { readonly activeLabel?: string | number | undefined }): number | undefined =>
    event.activeLabel === undefined ? undefined : Number(event.activeLabel);
  const finish = (): void => {
    if (drag && onZoom) {
      const [from, to] = drag.from < drag.to ? [drag.from, drag.to] : [drag.to, drag.from];
      const bucket = (rows[1]?.t ?? 0) - (rows[0]?.t ?? 0);
      if (to - from >= bucket * 2) onZoom({ from, to });
    }
    setDrag(undefined);
  };

  return (
    <div className={classes.plot} style={{ height }} data-zoom={onZoom ? true : undefined}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height }}>
        <ComposedChart
          data={rows as Row[]}
          margin={{ top: 8, right: EDGE, bottom: 0, left: 0 }}
          syncId={sync}
          syncMethod="value"
          onMouseDown={(state) => {
            const start = at(state);
            if (onZoom && start !== undefined) setDrag({ from: start, to: start });
          }}
          onMouseMove={(state) => {
            const now = at(state);
            if (drag && now !== undefined) setDrag({ from: drag.from, to: now });
          }}
          onMouseUp={finish}
          onMouseLeave={() => setDrag(undefined)}
        >
          {bands.map((band, i) => (
            <ReferenceArea
              key={`band ${i}`}
              x1={band.from}
              x2={band.to}
              y1={band.low ?? values.low}
              y2={band.high ?? values.high}
              fill="var(--lw-band)"
              fillOpacity={1}
              stroke="none"
              ifOverflow="hidden"
              zIndex={BEHIND}
            />
          ))}
          <CartesianGrid stroke="var(--lw-line)" vertical={false} />
          <XAxis
            dataKey="t"
            type="number"
            scale="linear"
            domain={[range.from, range.to]}
            allowDataOverflow
            ticks={ticks}
            tickFormatter={label}
            interval="preserveStartEnd"
            stroke="var(--lw-line-strong)"
            tick={{ fill: 'var(--lw-muted)', fontSize: 11 }}
            tickSize={4}
            height={24}
          />
          <YAxis
            width={AXIS_WIDTH}
            domain={[values.low, values.high]}
            ticks={values.ticks}
            tickFormatter={(tick: number) => exact(language, tick)}
            allowDataOverflow
            stroke="var(--lw-line-strong)"
            tick={{ fill: 'var(--lw-muted)', fontSize: 11 }}
            tickSize={4}
            axisLine={false}
          />
          <Tooltip
            isAnimationActive={false}
            position={{ x: AXIS_WIDTH + 4, y: 0 }}
            cursor={{ stroke: 'var(--lw-text)', strokeWidth: 1 }}
            content={({ active, payload }) => {
              const row = payload?.[0]?.payload as Row | undefined;
              return active && row ? <Readout row={row} unit={unit} /> : null;
            }}
          />
          {bands.flatMap((band, i) =>
            [band.low, band.high].map(
              (limit, side) =>
                limit !== undefined && (
                  <ReferenceLine
                    key={`limit ${i} ${side}`}
                    segment={[
                      { x: band.from, y: limit },
                      { x: band.to, y: limit },
                    ]}
                    stroke="var(--lw-limit)"
                    strokeWidth={1.2}
                    ifOverflow="hidden"
                  />
                ),
            ),
          )}
          {bands.map(
            (band, i) =>
              band.nominal !== undefined && (
                <ReferenceLine
                  key={`nominal ${i}`}
                  segment={[
                    { x: band.from, y: band.nominal },
                    { x: band.to, y: band.nominal },
                  ]}
                  stroke="var(--lw-reference)"
                  strokeDasharray="5 4"
                  strokeOpacity={0.7}
                  ifOverflow="hidden"
                />
              ),
          )}
          <Area
            dataKey="envelope"
            type="linear"
            stroke="none"
            fill="var(--lw-envelope)"
            fillOpacity={0.6}
            isAnimationActive={false}
            activeDot={false}
            connectNulls={false}
          />
          <Area
            dataKey="breach"
            type="linear"
            stroke="var(--lw-s-line)"
            strokeWidth={1}
            fill="var(--lw-s)"
            fillOpacity={0.55}
            isAnimationActive={false}
            activeDot={false}
            connectNulls={false}
          />
          <Line
            dataKey="mean"
            type="linear"
            stroke="var(--lw-series)"
            strokeWidth={1.6}
            dot={false}
            isAnimationActive={false}
            activeDot={{ r: 3, fill: 'var(--lw-text)', stroke: 'none' }}
            connectNulls={false}
          />
          {marks.map((mark) => (
            <ReferenceArea
              key={`mark ${mark.from}`}
              x1={mark.from}
              x2={mark.to}
              fill={`var(--lw-${tone})`}
              fillOpacity={0.16}
              stroke={`var(--lw-${tone}-line)`}
              strokeOpacity={0.7}
              ifOverflow="hidden"
            />
          ))}
          {limits.map((limit) => (
            <ReferenceLine
              key={`further ${limit}`}
              y={limit}
              stroke={`var(--lw-${tone}-line)`}
              strokeWidth={1.2}
              strokeDasharray="3 3"
              ifOverflow="hidden"
            />
          ))}
          {moment !== undefined && (
            <ReferenceLine x={moment} stroke="var(--lw-text)" strokeWidth={1.4} ifOverflow="hidden" />
          )}
          {drag && drag.from !== drag.to && (
            <ReferenceArea
              x1={drag.from}
              x2={drag.to}
              fill="var(--lw-reference)"
              fillOpacity={0.18}
              stroke="var(--lw-reference)"
            />
          )}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

/** What stands under the crosshair: always at the same place, so that it hides nothing that moves. */
function Readout({ row, unit }: { readonly row: Row; readonly unit: string | null }) {
  const { t, language } = useTexts();
  const zone = useZone();
  const [min, max] = row.envelope ?? [];
  return (
    <div className={classes.readout}>
      <span>
        {time(language, zone, row.t, 'dateTime')} {zoneName(language, zone, row.t)}
      </span>
      {row.mean === null || min === undefined || max === undefined ? (
        <span>{t('chart.noValue')}</span>
      ) : (
        <>
          <strong>{withUnit(value(language, row.mean, max), unit)}</strong>
          <span>
            {value(language, min, max)} … {value(language, max, max)}
          </span>
          {isOutside(row) && <span className={classes.out}>{t('chart.outside')}</span>}
        </>
      )}
    </div>
  );
}
