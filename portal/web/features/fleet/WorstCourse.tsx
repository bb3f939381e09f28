import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { MachineListItem } from '#shared/model/api/machine.ts';
import { readings } from '#portal/web/api/queries.ts';
import { useTexts } from '#portal/web/i18n/i18n.ts';
import { textOr } from '#portal/web/ui/names.ts';
import { Sparkline } from '#portal/web/ui/charts/Sparkline.tsx';

const DAY_MS = 86_400_000;
const BUCKETS = 72;
const RENEW_MS = 5 * 60_000;

/** The last 24 hours of the sensor that says what is wrong; a machine that is well shows nothing. */
export function WorstCourse({ machine }: { readonly machine: MachineListItem }) {
  const { language } = useTexts();
  const { worst } = machine;
  if (!worst?.sensor) return null;
  return <Course machine={machine.id} sensor={worst.sensor} name={textOr(worst.sensorName, language, worst.sensor)} />;
}

interface CourseProps {
  readonly machine: string;
  readonly sensor: string;
  readonly name: string;
}

function Course({ machine, sensor, name }: CourseProps) {
  const { t } = useTexts();
  const { data, isError } = useQuery({
    ...readings(machine, [sensor], 'spark', () => ({ from: Date.now() - DAY_MS, to: Date.now() }), BUCKETS),
    staleTime: RENEW_MS,
    refetchInterval: RENEW_MS,
  });
  const course = data?.sensors[sensor];
  const points = useMemo(
    () => (course?.buckets ?? []).map(({ t: at, ...values }) => ({ t: Date.parse(at), ...values })),
    [course],
  );
  if (isError) return null;
  if (!data) return <Skeleton height={30} width={150} animate={false} />;
  if (points.length === 0) return null;
  return (
    <Sparkline
      points={points}
      band={course?.tolerance.at(-1)}
      from={data.from}
      to={data.to}
      bucketMs={data.bucketMs ?? DAY_MS / BUCKETS}
      label={t('fleet.sparkline', { sensor: name })}
    />
  );
}
