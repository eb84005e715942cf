// SPDX-License-Identifier: Apache-2.0
import { Button, Card, CardBody, CardTitle, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { bytes, Id, Loaded, Page, Problem, State, When } from '../components/common';
import { useNodeLogs, useNodes, useRestartNode } from '../queries';
import { Facts } from './Organization';

export default function NodePage() {
  const { t, i18n } = useTranslation();
  const { node = '' } = useParams();
  const nodes = useNodes();
  const logs = useNodeLogs(node);
  const restart = useRestartNode();
  const [asking, setAsking] = useState(false);
  const found = nodes.data?.items?.find((n) => n.id === node);
  const action = (
    <Button variant="secondary" onClick={() => setAsking(true)}>
      {t('node.restart')}
    </Button>
  );
  return (
    <Page title={node} actions={action}>
      <Problem error={restart.error ?? logs.error} />
      {found && (
        <Facts
          facts={[
            [t('state.title'), <State key="s" state={found.phase} reason={found.reason} />],
            [t('node.since'), <When key="w" time={found.since} />],
            [t('node.kind'), t(`nodeKind.${found.kind}`)],
            [t('organization.title'), <Link key="o" to={`/organizations/${found.organization}`}>{found.organization}</Link>],
            [t('node.address'), <Id key="a" value={found.address} />],
            [t('node.version'), found.version || t('none')],
            [t('nav.ledgers'), found.channels?.join(', ') || t('none')],
            [t('node.restarts'), found.restarts],
            [t('node.memory'), bytes(found.rss, i18n.language)],
            [t('node.disk'), bytes(found.disk, i18n.language)],
            ['PID', found.pid ?? t('none')],
          ]}
        />
      )}
      <Card className="b4a-gap">
        <CardTitle component="h2">{t('node.log')}</CardTitle>
        <CardBody>
          <Loaded query={logs}>
            {(l) => (
              // Scrolled by keyboard, so it takes the focus.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <pre className="b4a-log" tabIndex={0} aria-label={t('node.log')}>
                {l.lines?.join('\n') || t('node.quiet')}
              </pre>
            )}
          </Loaded>
        </CardBody>
      </Card>
      {asking && (
        <Modal isOpen variant="small" onClose={() => setAsking(false)} aria-labelledby="restart-title">
          <ModalHeader title={t('node.restartTitle', { node })} labelId="restart-title" />
          <ModalBody>{t('node.restartBody')}</ModalBody>
          <ModalFooter>
            <Button
              onClick={() => {
                restart.mutate(node);
                setAsking(false);
              }}
            >
              {t('node.restart')}
            </Button>
            <Button variant="link" onClick={() => setAsking(false)}>
              {t('cancel')}
            </Button>
          </ModalFooter>
        </Modal>
      )}
    </Page>
  );
}
