// SPDX-License-Identifier: Apache-2.0

import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core';
import type { ComponentType, ReactNode } from 'react';

interface Props {
  title: string;
  icon?: ComponentType;
  /** What would be here, and how it comes. */
  children: ReactNode;
  action?: ReactNode;
  level?: 'h1' | 'h2' | 'h3';
}

/** What stands where there is nothing yet. */
export function Empty({ title, icon, children, action, level = 'h2' }: Props) {
  return (
    <EmptyState variant="sm" titleText={title} headingLevel={level} icon={icon}>
      <EmptyStateBody>{children}</EmptyStateBody>
      {action && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
