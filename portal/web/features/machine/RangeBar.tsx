import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { Icon, type IconName } from '#portal/web/ui/Icon.tsx';
import type { Range } from '#portal/web/ui/charts/course.ts';
import { time, zoneName } from '#portal/web/ui/format/time.ts';
import { useZone } from '#portal/web/ui/format/Zone.tsx';
import { useShortcuts } from '#portal/web/ui/keys/useShortcuts.tsx';
import { type Move, type Preset, PRESETS, type Window } from './view.ts';
import classes from './courses.module.css';

interface RangeBarProps {
  readonly window: Window;
  readonly range: Range;
  readonly onChoose: (preset: Preset) => void;
  readonly onMove: (move: Move) => void;
  /** Goes back to the last hours that move along. */
  readonly onReset: () => void;
}

const MOVES: readonly { move: Move; icon: IconName; text: 'zoomIn' | 'zoomOut' | 'earlier' | 'later' }[] = [
  { move: 'earlier', icon: 'left', text: 'earlier' },
  { move: 'later', icon: 'right', text: 'later' },
  { move: 'in', icon: 'plus', text: 'zoomIn' },
  { move: 'out', icon: 'minus', text: 'zoomOut' },
];

export function RangeBar({ window, range, onChoose, onMove, onReset }: RangeBarProps) {
  const { t, language } = useTexts();
  const zone = useZone();
  const go = (move: Move) => (): void => onMove(move);
  const fixed = window.kind === 'fixed';
  useShortcuts({
    'chart.in': go('in'),
    'chart.out': go('out'),
    'chart.earlier': go('earlier'),
    'chart.later': go('later'),
    'chart.reset': fixed ? onReset : undefined,
  });
  return (
    <div className={classes.bar}>
      <SegmentedControl
        size="xs"
        aria-label={t('machine.range')}
        value={fixed ? '' : window.preset}
        onChange={(value) => onChoose(PRESETS.find((each) => each === value) ?? '8h')}
        data={PRESETS.map((value) => ({ value, label: t(`machine.preset.${value}`) }))}
      />
      <div className={classes.moves}>
        {MOVES.map(({ move, icon, text }) => (
          <Tooltip key={move} label={t(`machine.${text}`)}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={t(`machine.${text}`)}
              onClick={go(move)}
              disabled={move === 'later' && !fixed}
            >
              <Icon name={icon} size={16} />
            </ActionIcon>
          </Tooltip>
        ))}
        <Tooltip label={t('machine.resetZoom')}>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={t('machine.resetZoom')}
            onClick={onReset}
            disabled={!fixed}
          >
            <Icon name="reset" size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <span className={classes.period} role="status">
        {time(language, zone, range.from, 'dateTime')} – {time(language, zone, range.to, 'dateTime')}{' '}
        {zoneName(language, zone, range.to)} · {fixed ? t('machine.fixed') : t('machine.live')}
      </span>
    </div>
  );
}
