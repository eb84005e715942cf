// SPDX-License-Identifier: Apache-2.0

import { Link } from 'react-router';

/** Names as links, separated by commas. */
export function Links({ names, to }: { names: readonly string[]; to: (name: string) => string }) {
  if (names.length === 0) return <>—</>;
  return (
    <>
      {names.map((name, n) => (
        <span key={name}>
          {n > 0 && ', '}
          <Link to={to(name)}>{name}</Link>
        </span>
      ))}
    </>
  );
}
