// SPDX-License-Identifier: Apache-2.0

import {
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface Props {
  /** Term and what it is; groups without a value are left out. */
  items: readonly (readonly [string, ReactNode])[];
  columns?: 1 | 2;
}

/** Facts about one object. */
export function Facts({ items, columns = 2 }: Props) {
  return (
    <DescriptionList columnModifier={{ default: '1Col', lg: columns === 2 ? '2Col' : '1Col' }} isCompact>
      {items
        .filter(([, value]) => value !== undefined && value !== '' && value !== null)
        .map(([term, value]) => (
          <DescriptionListGroup key={term}>
            <DescriptionListTerm>{term}</DescriptionListTerm>
            <DescriptionListDescription>{value}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
    </DescriptionList>
  );
}
