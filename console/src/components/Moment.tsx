// SPDX-License-Identifier: Apache-2.0

import { useLocale } from '../hooks/useLocale';
import { useNow } from '../hooks/useNow';
import { formatAbsolute, formatRelative } from './format';

interface Props {
  time: string | undefined;
  /** Both forms are always there; the one not shown is in the title. Full shows both. */
  full?: boolean;
}

/** A moment, as distance from now and by the clock. */
export function Moment({ time, full = false }: Props) {
  const locale = useLocale();
  const now = useNow();
  if (!time) return <>—</>;
  const ms = Date.parse(time);
  const absolute = formatAbsolute(ms, locale);
  const relative = formatRelative(ms, now, locale);
  return (
    <time dateTime={time} title={absolute}>
      {full ? `${absolute} (${relative})` : relative}
    </time>
  );
}
