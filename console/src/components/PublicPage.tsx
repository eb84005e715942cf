// SPDX-License-Identifier: Apache-2.0

import { Card, CardBody, CardTitle, Title } from '@patternfly/react-core';
import type { ReactNode } from 'react';

import { Brand } from '../app/Header';
import { LanguageMenu, ThemeMenu } from '../app/menus';
import { useTitle } from '../hooks/useTitle';

interface Props {
  title: string;
  /** What stands below the card: where to go instead. */
  footer?: ReactNode;
  children: ReactNode;
}

/** The frame of pages that need no sign-in: mark, language and theme, and one card. */
export function PublicPage({ title, footer, children }: Props) {
  useTitle(title);
  return (
    <main className="b4a-signin">
      <div className="b4a-signin-top">
        <Brand />
        <span>
          <LanguageMenu />
          <ThemeMenu />
        </span>
      </div>
      <Card className="b4a-signin-card" isLarge>
        <CardTitle>
          <Title headingLevel="h1">{title}</Title>
        </CardTitle>
        <CardBody>{children}</CardBody>
      </Card>
      {footer && <div className="b4a-signin-foot">{footer}</div>}
    </main>
  );
}
