// SPDX-License-Identifier: Apache-2.0

package nodeconfig

import (
	"errors"
	"fmt"
	"time"
)

// BuilderName is the name of the platform's external chaincode builder. A peer remembers which builder built a
// package, so the name never changes.
const BuilderName = "b4a"

// Peer is what makes one peer's core.yaml differ from another's.
type Peer struct {
	ID            string
	MSPID         string
	NetworkID     string // peers of different networks don't gossip; empty: "b4a"
	Dir           string // the node's folder as the node sees it, absolute, with slashes
	Listen        Listen
	ChaincodePort int
	Bootstrap     string // host:port of a peer of the same organization; empty: the peer itself
	Builder       string // folder of the external chaincode builder, as the node sees it
}

// Validate tells what is missing or out of range.
func (p Peer) Validate() error {
	switch {
	case p.ID == "":
		return errors.New("peer has no ID")
	case p.MSPID == "":
		return errors.New("peer has no MSP ID")
	case p.Dir == "":
		return errors.New("peer has no folder")
	case p.Builder == "":
		return errors.New("peer has no chaincode builder")
	}
	if err := p.Listen.check(); err != nil {
		return fmt.Errorf("peer's %w", err)
	}
	return checkPort("peer's chaincode port", p.ChaincodePort)
}

// Render gives the peer's core.yaml.
func (p Peer) Render() ([]byte, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return render("Written by b4a for "+p.ID+". Changes are overwritten.", core{
		Peer:       p.section(),
		Chaincode:  p.chaincode(),
		Ledger:     p.ledger(),
		Operations: coreOperations{ListenAddress: p.Listen.listen(p.Listen.Ops)},
		Metrics:    metrics{Provider: "prometheus"},
	})
}

func (p Peer) section() corePeer {
	address := hostPort(p.Listen.Host, p.Listen.Port)
	network := p.NetworkID
	if network == "" {
		network = "b4a"
	}
	return corePeer{
		ID: p.ID, NetworkID: network, LocalMSPID: p.MSPID, LocalMSPType: "bccsp",
		ListenAddress:          p.Listen.listen(p.Listen.Port),
		Address:                address,
		ChaincodeListenAddress: p.Listen.listen(p.ChaincodePort),
		ChaincodeAddress:       hostPort(p.Listen.Host, p.ChaincodePort),
		MSPConfigPath:          within(p.Dir, MSPDir),
		FileSystemPath:         within(p.Dir, DataDir),
		BCCSP:                  softwareKeys(),
		TLS: coreTLS{
			Enabled:  true,
			Cert:     file{within(p.Dir, TLSCertFile)},
			Key:      file{within(p.Dir, TLSKeyFile)},
			RootCert: file{within(p.Dir, TLSRootsFile)},
		},
		Gateway: coreGateway{
			Enabled:            true,
			EndorsementTimeout: duration(30 * time.Second),
			BroadcastTimeout:   duration(30 * time.Second),
			DialTimeout:        duration(10 * time.Second),
		},
		Keepalive: coreKeepalive{
			Interval: duration(2 * time.Hour), Timeout: duration(20 * time.Second),
			// Clients may ask this often whether the connection lives.
			MinInterval:    duration(10 * time.Second),
			Client:         clientKeepalive{duration(time.Minute), duration(20 * time.Second)},
			DeliveryClient: clientKeepalive{duration(15 * time.Second), duration(5 * time.Second)},
		},
		Gossip:         p.gossip(address),
		DeliveryClient: delivery(),
		Authentication: coreAuthentication{TimeWindow: duration(15 * time.Minute)},
		Client:         coreClient{ConnTimeout: duration(3 * time.Second)},
		Handlers:       handlers(),
		Discovery: coreDiscovery{
			Enabled: true, AuthCacheEnabled: true, AuthCacheMaxSize: 1000, AuthCachePurgeRetentionRatio: 0.75,
		},
		Limits: coreLimits{Concurrency: coreConcurrency{
			EndorserService: 2500, DeliverService: 2500, GatewayService: 500,
		}},
		MaxRecvMsgSize: maxMessage, MaxSendMsgSize: maxMessage,
	}
}

// ForgetAfter is how long peers may take until they have dropped another one that came back with a new certificate. They
// try to reach a lost one all the time; an attempt that comes too early takes dialTimeout, and until the last of them has
// found out they may tell each other of it again.
const ForgetAfter = 4 * dialTimeout

const dialTimeout = time.Second

// gossip: every peer takes blocks from the orderers itself, as is usual since v2.4; what peers tell each other is who
// is there, what they have, and private data. How often a living peer says so stays as Fabric has it, since every peer
// checks a signature for each message of each other one; changes of state are told at once.
func (p Peer) gossip(address string) coreGossip {
	bootstrap := p.Bootstrap
	if bootstrap == "" {
		bootstrap = address
	}
	return coreGossip{
		Bootstrap: bootstrap, Endpoint: address, ExternalEndpoint: address,
		UseLeaderElection: false, OrgLeader: true,
		ReconnectInterval:        duration(100 * time.Millisecond),
		DialTimeout:              duration(dialTimeout),
		MaxConnectionAttempts:    1000,
		PublishStateInfoInterval: duration(250 * time.Millisecond),
		RequestStateInfoInterval: duration(500 * time.Millisecond),
		// A peer that takes a new certificate is another peer to gossip. Those of other organizations tell it of nobody
		// until they drop what they have of its former self, which is after five of these intervals.
		PullInterval: duration(time.Second),
		PullPeerNum:  1,
		State:        coreGossipState{Enabled: false},
		PvtData: corePvtData{
			// A block waits so long for private data that nobody gives; the reconciler asks for it again later.
			PullRetryThreshold:              duration(5 * time.Second),
			TransientstoreMaxBlockRetention: 20000,
			PushAckTimeout:                  duration(3 * time.Second),
			BTLPullMargin:                   10,
			ReconcileBatchSize:              10,
			ReconcileSleepInterval:          duration(15 * time.Second),
			ReconciliationEnabled:           true,
			ImplicitCollection:              coreDissemination{RequiredPeerCount: 0, MaxPeerCount: 1},
		},
	}
}

// delivery: a peer whose orderer dies goes to the next one within a couple of seconds.
func delivery() coreDelivery {
	return coreDelivery{
		BlockGossipEnabled:          false,
		ReconnectTotalTimeThreshold: duration(365 * 24 * time.Hour), // never gives up
		ConnTimeout:                 duration(2 * time.Second),
		ReConnectBackoffThreshold:   duration(2 * time.Second),
		MinimalReconnectInterval:    duration(50 * time.Millisecond),
		BlockCensorshipTimeout:      duration(5 * time.Second),
		Policy:                      "cluster",
	}
}

func handlers() coreHandlers {
	return coreHandlers{
		AuthFilters: []named{{"DefaultAuth"}, {"ExpirationCheck"}, {"TimeWindowCheck"}},
		Decorators:  []named{{"DefaultDecorator"}},
		Endorsers:   map[string]named{"escc": {"DefaultEndorsement"}},
		Validators:  map[string]named{"vscc": {"DefaultValidation"}},
	}
}

func (p Peer) chaincode() coreChaincode {
	return coreChaincode{
		Mode:           "net",
		InstallTimeout: duration(5 * time.Minute),
		StartupTimeout: duration(5 * time.Minute),
		ExecuteTimeout: duration(30 * time.Second),
		System:         map[string]string{"_lifecycle": "enable", "cscc": "enable", "lscc": "enable", "qscc": "enable"},
		Logging:        coreChaincodeLogging{Level: "info", Shim: "warning"},
		RuntimeParams: coreRuntimeParams{
			UseWriteBatch: true, MaxSizeWriteBatch: 1000, UseGetMultipleKeys: true, MaxSizeGetMultipleKeys: 1000,
		},
		ExternalBuilders: []coreBuilder{{Name: BuilderName, Path: p.Builder, PropagateEnvironment: []string{"HOME"}}},
	}
}

func (p Peer) ledger() coreLedger {
	return coreLedger{
		State:   coreState{StateDatabase: "goleveldb", TotalQueryLimit: 100000},
		History: coreHistory{EnableHistoryDatabase: true},
		PvtdataStore: corePvtdataStore{
			MaxDBBatchSize: 5000, DBBatchesInterval: 1000,
			DeprioritizedDataReconcilerInterval: duration(time.Hour),
			PurgeInterval:                       100, PurgedKeyAuditLogging: true,
		},
		Snapshots: coreSnapshots{RootDir: within(p.Dir, DataDir+"/snapshots")},
	}
}
