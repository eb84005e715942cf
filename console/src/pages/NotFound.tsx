// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Nothing, Page } from '../components/common';

export default function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('notFound.title')}>
      <Nothing title={t('notFound.title')} body={t('notFound.body')} action={<Link to="/">{t('nav.overview')}</Link>} />
    </Page>
  );
}
