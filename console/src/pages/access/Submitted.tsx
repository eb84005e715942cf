// SPDX-License-Identifier: Apache-2.0

import { Alert, Content } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import type { Schemas } from '../../api/client';
import { Code } from '../../components/Code';
import { Facts } from '../../components/Facts';
import { Moment } from '../../components/Moment';
import { PublicPage } from '../../components/PublicPage';

/** What the applicant keeps: the number and the private link, which are shown only now. */
export function Submitted({ issued }: { issued: Schemas['IssuedAccessReceipt'] }) {
  const { t } = useTranslation();
  const path = `/access/receipt#secret=${issued.secret}`;
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => first.current?.focus(), []);
  return (
    <PublicPage title={t('access.sent')}>
      <div ref={first} tabIndex={-1} className="b4a-stack b4a-title">
        <Facts
          columns={1}
          items={[
            [t('access.number'), <strong key="n">{issued.receipt.number}</strong>],
            [t('access.confirmUntil'), issued.receipt.deadline && <Moment key="d" time={issued.receipt.deadline} full />],
          ]}
        />
        <Alert variant="info" isInline isPlain component="p" title={t('access.confirmTitle')}>
          {t('access.confirmBody')}
        </Alert>
        <Alert variant="warning" isInline component="p" title={t('access.keepTitle')}>
          <p>{t('access.keepBody')}</p>
          <Code text={location.origin + path} what={t('access.link')} />
        </Alert>
        <Content component="p">
          <Link to={path}>{t('access.openReceipt')}</Link>
        </Content>
      </div>
    </PublicPage>
  );
}
