// SPDX-License-Identifier: Apache-2.0

import { Content, Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';

import { ProblemAlert } from '../../components/ProblemAlert';
import { PublicPage } from '../../components/PublicPage';
import { useAccessForm, useRequestAccess } from '../../queries/access';
import { RequestForm } from './RequestForm';
import { Submitted } from './Submitted';

/** The public form by which an organization asks for access. */
export function AccessPage() {
  const { t } = useTranslation();
  const form = useAccessForm();
  const request = useRequestAccess();
  const [search] = useSearchParams();
  if (request.data) return <Submitted issued={request.data} />;
  return (
    <PublicPage title={t('access.title')} footer={<Link to="/signin">{t('access.haveAccount')}</Link>}>
      <Content component="p">{t('access.intro')}</Content>
      {form.error && !form.data ? (
        <ProblemAlert error={form.error} title={t('problem.load', { what: t('access.title') })} retry={() => void form.refetch()} />
      ) : form.data ? (
        <RequestForm
          offer={form.data}
          invitation={search.get('invitation') ?? undefined}
          send={request}
          onSend={(body) => request.mutate(body)}
        />
      ) : (
        <Skeleton height="30rem" screenreaderText={t('loading')} />
      )}
    </PublicPage>
  );
}
