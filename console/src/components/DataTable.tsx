// SPDX-License-Identifier: Apache-2.0

import { Skeleton } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';

export interface Column<T> {
  readonly label: string;
  readonly show: (row: T) => ReactNode;
  readonly narrow?: boolean;
}

interface Props<T> {
  /** What the table lists, for screen readers. */
  name: string;
  columns: readonly Column<T>[];
  /** Undefined while they are asked for. */
  rows: readonly T[] | undefined;
  rowKey: (row: T) => string;
}

/** A table that becomes a list of cards on narrow screens, so that it never overflows. */
export function DataTable<T>({ name, columns, rows, rowKey }: Props<T>) {
  return (
    <Table className="b4a-table" aria-label={name} variant="compact" gridBreakPoint="grid-md" aria-busy={rows === undefined}>
      <Thead>
        <Tr>
          {columns.map((c) => (
            <Th key={c.label} modifier={c.narrow ? 'fitContent' : 'wrap'}>
              {c.label}
            </Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {rows === undefined
          ? [0, 1, 2].map((n) => (
              <Tr key={n}>
                {columns.map((c) => (
                  <Td key={c.label} dataLabel={c.label}>
                    <Skeleton screenreaderText={n === 0 ? '…' : undefined} />
                  </Td>
                ))}
              </Tr>
            ))
          : rows.map((row) => (
              <Tr key={rowKey(row)}>
                {columns.map((c) => (
                  <Td key={c.label} dataLabel={c.label} modifier={c.narrow ? 'fitContent' : 'breakWord'}>
                    {/* One child: narrow screens lay cells out as grids. */}
                    <div>{c.show(row)}</div>
                  </Td>
                ))}
              </Tr>
            ))}
      </Tbody>
    </Table>
  );
}
