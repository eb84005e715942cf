// SPDX-License-Identifier: Apache-2.0

import { Breadcrumb, BreadcrumbItem, Content, Flex, FlexItem, PageSection, Title } from '@patternfly/react-core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router';

import { useTitle } from '../hooks/useTitle';

interface Crumb {
  readonly label: string;
  readonly to: string;
}

interface Props {
  title: string;
  /** Pages above this one. */
  crumbs?: readonly Crumb[];
  /** What stands beside the title: a state. */
  state?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

/** A page's head. Names the page in the browser and takes the focus after a navigation, so that it is read out. */
export function PageHeader({ title, crumbs = [], state, description, actions }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useLocation().key === 'default';
  useTitle(title);
  useEffect(() => {
    if (!first) heading.current?.focus({ preventScroll: true });
    // Only when the page appears: its tabs and lists change the address without being other pages.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  return (
    <PageSection hasBodyWrapper={false} className="b4a-header">
      {crumbs.length > 0 && (
        <Breadcrumb className="b4a-crumbs">
          {crumbs.map((c) => (
            <BreadcrumbItem key={c.to} render={({ className }) => <Link className={className} to={c.to}>{c.label}</Link>} />
          ))}
          <BreadcrumbItem isActive>{title}</BreadcrumbItem>
        </Breadcrumb>
      )}
      <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }} alignItems={{ default: 'alignItemsFlexStart' }}>
        <FlexItem className="b4a-grow">
          <Flex alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsMd' }}>
            <Title headingLevel="h1" ref={heading} tabIndex={-1} className="b4a-title">
              {title}
            </Title>
            {state}
          </Flex>
          {description && <Content component="p" className="b4a-description">{description}</Content>}
        </FlexItem>
        {actions && <FlexItem>{actions}</FlexItem>}
      </Flex>
    </PageSection>
  );
}
