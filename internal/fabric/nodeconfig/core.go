// SPDX-License-Identifier: Apache-2.0

package nodeconfig

// The sections of core.yaml. The key vm is left out on purpose: with vm.endpoint the peer asks for a Docker daemon.
type core struct {
	Peer       corePeer       `yaml:"peer"`
	Chaincode  coreChaincode  `yaml:"chaincode"`
	Ledger     coreLedger     `yaml:"ledger"`
	Operations coreOperations `yaml:"operations"`
	Metrics    metrics        `yaml:"metrics"`
}

type corePeer struct {
	ID                     string             `yaml:"id"`
	NetworkID              string             `yaml:"networkId"`
	LocalMSPID             string             `yaml:"localMspId"`
	LocalMSPType           string             `yaml:"localMspType"`
	ListenAddress          string             `yaml:"listenAddress"`
	Address                string             `yaml:"address"`
	ChaincodeListenAddress string             `yaml:"chaincodeListenAddress"`
	ChaincodeAddress       string             `yaml:"chaincodeAddress"`
	MSPConfigPath          string             `yaml:"mspConfigPath"`
	FileSystemPath         string             `yaml:"fileSystemPath"`
	BCCSP                  crypto             `yaml:"BCCSP"`
	TLS                    coreTLS            `yaml:"tls"`
	Gateway                coreGateway        `yaml:"gateway"`
	Keepalive              coreKeepalive      `yaml:"keepalive"`
	Gossip                 coreGossip         `yaml:"gossip"`
	DeliveryClient         coreDelivery       `yaml:"deliveryclient"`
	Authentication         coreAuthentication `yaml:"authentication"`
	Client                 coreClient         `yaml:"client"`
	Handlers               coreHandlers       `yaml:"handlers"`
	Discovery              coreDiscovery      `yaml:"discovery"`
	Limits                 coreLimits         `yaml:"limits"`
	MaxRecvMsgSize         int                `yaml:"maxRecvMsgSize"`
	MaxSendMsgSize         int                `yaml:"maxSendMsgSize"`
}

type coreTLS struct {
	Enabled            bool `yaml:"enabled"`
	ClientAuthRequired bool `yaml:"clientAuthRequired"`
	Cert               file `yaml:"cert"`
	Key                file `yaml:"key"`
	RootCert           file `yaml:"rootcert"`
}

type coreGateway struct {
	Enabled            bool     `yaml:"enabled"`
	EndorsementTimeout duration `yaml:"endorsementTimeout"`
	BroadcastTimeout   duration `yaml:"broadcastTimeout"`
	DialTimeout        duration `yaml:"dialTimeout"`
}

type coreKeepalive struct {
	Interval       duration        `yaml:"interval"`
	Timeout        duration        `yaml:"timeout"`
	MinInterval    duration        `yaml:"minInterval"`
	Client         clientKeepalive `yaml:"client"`
	DeliveryClient clientKeepalive `yaml:"deliveryClient"`
}

type clientKeepalive struct {
	Interval duration `yaml:"interval"`
	Timeout  duration `yaml:"timeout"`
}

type coreGossip struct {
	Bootstrap                string          `yaml:"bootstrap"`
	Endpoint                 string          `yaml:"endpoint"`
	ExternalEndpoint         string          `yaml:"externalEndpoint"`
	UseLeaderElection        bool            `yaml:"useLeaderElection"`
	OrgLeader                bool            `yaml:"orgLeader"`
	ReconnectInterval        duration        `yaml:"reconnectInterval"`
	DialTimeout              duration        `yaml:"dialTimeout"`
	MaxConnectionAttempts    int             `yaml:"maxConnectionAttempts"`
	PublishStateInfoInterval duration        `yaml:"publishStateInfoInterval"`
	RequestStateInfoInterval duration        `yaml:"requestStateInfoInterval"`
	PullInterval             duration        `yaml:"pullInterval"`
	PullPeerNum              int             `yaml:"pullPeerNum"`
	State                    coreGossipState `yaml:"state"`
	PvtData                  corePvtData     `yaml:"pvtData"`
}

type coreGossipState struct {
	Enabled bool `yaml:"enabled"`
}

type corePvtData struct {
	PullRetryThreshold              duration          `yaml:"pullRetryThreshold"`
	TransientstoreMaxBlockRetention int               `yaml:"transientstoreMaxBlockRetention"`
	PushAckTimeout                  duration          `yaml:"pushAckTimeout"`
	BTLPullMargin                   int               `yaml:"btlPullMargin"`
	ReconcileBatchSize              int               `yaml:"reconcileBatchSize"`
	ReconcileSleepInterval          duration          `yaml:"reconcileSleepInterval"`
	ReconciliationEnabled           bool              `yaml:"reconciliationEnabled"`
	ImplicitCollection              coreDissemination `yaml:"implicitCollectionDisseminationPolicy"`
}

type coreDissemination struct {
	RequiredPeerCount int `yaml:"requiredPeerCount"`
	MaxPeerCount      int `yaml:"maxPeerCount"`
}

type coreDelivery struct {
	BlockGossipEnabled          bool     `yaml:"blockGossipEnabled"`
	ReconnectTotalTimeThreshold duration `yaml:"reconnectTotalTimeThreshold"`
	ConnTimeout                 duration `yaml:"connTimeout"`
	ReConnectBackoffThreshold   duration `yaml:"reConnectBackoffThreshold"`
	MinimalReconnectInterval    duration `yaml:"minimalReconnectInterval"`
	BlockCensorshipTimeout      duration `yaml:"blockCensorshipTimeoutKey"`
	Policy                      string   `yaml:"policy"`
}

type coreAuthentication struct {
	TimeWindow duration `yaml:"timewindow"`
}

type coreClient struct {
	ConnTimeout duration `yaml:"connTimeout"`
}

type named struct {
	Name string `yaml:"name"`
}

type coreHandlers struct {
	AuthFilters []named          `yaml:"authFilters"`
	Decorators  []named          `yaml:"decorators"`
	Endorsers   map[string]named `yaml:"endorsers"`
	Validators  map[string]named `yaml:"validators"`
}

type coreDiscovery struct {
	Enabled                      bool    `yaml:"enabled"`
	AuthCacheEnabled             bool    `yaml:"authCacheEnabled"`
	AuthCacheMaxSize             int     `yaml:"authCacheMaxSize"`
	AuthCachePurgeRetentionRatio float64 `yaml:"authCachePurgeRetentionRatio"`
	OrgMembersAllowedAccess      bool    `yaml:"orgMembersAllowedAccess"`
}

type coreLimits struct {
	Concurrency coreConcurrency `yaml:"concurrency"`
}

type coreConcurrency struct {
	EndorserService int `yaml:"endorserService"`
	DeliverService  int `yaml:"deliverService"`
	GatewayService  int `yaml:"gatewayService"`
}

type coreChaincode struct {
	Mode             string               `yaml:"mode"`
	InstallTimeout   duration             `yaml:"installTimeout"`
	StartupTimeout   duration             `yaml:"startuptimeout"`
	ExecuteTimeout   duration             `yaml:"executetimeout"`
	System           map[string]string    `yaml:"system"`
	Logging          coreChaincodeLogging `yaml:"logging"`
	RuntimeParams    coreRuntimeParams    `yaml:"runtimeParams"`
	ExternalBuilders []coreBuilder        `yaml:"externalBuilders"`
}

type coreChaincodeLogging struct {
	Level string `yaml:"level"`
	Shim  string `yaml:"shim"`
}

type coreRuntimeParams struct {
	UseWriteBatch          bool `yaml:"useWriteBatch"`
	MaxSizeWriteBatch      int  `yaml:"maxSizeWriteBatch"`
	UseGetMultipleKeys     bool `yaml:"useGetMultipleKeys"`
	MaxSizeGetMultipleKeys int  `yaml:"maxSizeGetMultipleKeys"`
}

type coreBuilder struct {
	Name                 string   `yaml:"name"`
	Path                 string   `yaml:"path"`
	PropagateEnvironment []string `yaml:"propagateEnvironment"`
}

type coreLedger struct {
	State        coreState        `yaml:"state"`
	History      coreHistory      `yaml:"history"`
	PvtdataStore corePvtdataStore `yaml:"pvtdataStore"`
	Snapshots    coreSnapshots    `yaml:"snapshots"`
}

type coreState struct {
	StateDatabase   string `yaml:"stateDatabase"`
	TotalQueryLimit int    `yaml:"totalQueryLimit"`
}

type coreHistory struct {
	EnableHistoryDatabase bool `yaml:"enableHistoryDatabase"`
}

type corePvtdataStore struct {
	MaxDBBatchSize                      int      `yaml:"collElgProcMaxDbBatchSize"`
	DBBatchesInterval                   int      `yaml:"collElgProcDbBatchesInterval"`
	DeprioritizedDataReconcilerInterval duration `yaml:"deprioritizedDataReconcilerInterval"`
	PurgeInterval                       int      `yaml:"purgeInterval"`
	PurgedKeyAuditLogging               bool     `yaml:"purgedKeyAuditLogging"`
}

type coreSnapshots struct {
	RootDir string `yaml:"rootDir"`
}

type coreOperations struct {
	ListenAddress string `yaml:"listenAddress"`
}
