// SPDX-License-Identifier: Apache-2.0
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
}

/** Rows is a table that becomes a list of cards where it is narrow. */
export function Rows<T>(props: { label: string; columns: Column<T>[]; rows: readonly T[]; id: (row: T) => string }) {
  return (
    <Table aria-label={props.label} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          {props.columns.map((c) => (
            <Th key={c.name}>{c.name}</Th>
          ))}
        </Tr>
      </Thead>
      <Tbody>
        {props.rows.map((row) => (
          <Tr key={props.id(row)}>
            {props.columns.map((c) => (
              <Td key={c.name} dataLabel={c.name} modifier="breakWord">
                {c.cell(row)}
              </Td>
            ))}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
