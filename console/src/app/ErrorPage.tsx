// SPDX-License-Identifier: Apache-2.0

import { Button, PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

import { Empty } from '../components/Empty';
import { PageHeader } from '../components/PageHeader';

/** A page that could not be shown: often the platform was updated and the files of this page are gone. */
export function ErrorPage() {
  const { t } = useTranslation();
  return (
    <PageSection hasBodyWrapper={false}>
      <Empty
        level="h1"
        title={t('error.title')}
        action={<Button onClick={() => location.reload()}>{t('error.reload')}</Button>}
      >
        {t('error.body')}
      </Empty>
    </PageSection>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('notFound.page')} />
      <PageSection hasBodyWrapper={false}>
        <Link to="/">{t('notFound.home')}</Link>
      </PageSection>
    </>
  );
}
