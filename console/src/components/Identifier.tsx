// SPDX-License-Identifier: Apache-2.0

import { Link } from 'react-router';

import { CopyButton } from './CopyButton';
import { shortId } from './format';

interface Props {
  value: string;
  /** What it identifies, for the copy button's name. */
  what: string;
  to?: string;
  /** Shown whole, breaking where it must. */
  whole?: boolean;
}

/** An identifier: shortened, with its whole in the title, copied by a button. */
export function Identifier({ value, what, to, whole = false }: Props) {
  const shown = (
    <code className={whole ? 'b4a-break' : undefined} title={whole ? undefined : value}>
      {whole ? value : shortId(value)}
    </code>
  );
  return (
    <span className="b4a-identifier">
      {to ? <Link to={to}>{shown}</Link> : shown}
      <CopyButton text={value} what={what} />
    </span>
  );
}
