// SPDX-License-Identifier: Apache-2.0

package nodeconfig

import (
	"errors"
	"fmt"
	"time"
)

// Orderer is what makes one ordering node's orderer.yaml differ from another's.
type Orderer struct {
	ID        string
	MSPID     string
	Dir       string // the node's folder as the node sees it, absolute, with slashes
	Listen    Listen
	AdminPort int // channel participation API, mutual TLS
}

// Validate tells what is missing or out of range.
func (o Orderer) Validate() error {
	switch {
	case o.ID == "":
		return errors.New("orderer has no ID")
	case o.MSPID == "":
		return errors.New("orderer has no MSP ID")
	case o.Dir == "":
		return errors.New("orderer has no folder")
	}
	if err := o.Listen.check(); err != nil {
		return fmt.Errorf("orderer's %w", err)
	}
	return checkPort("orderer's admin port", o.AdminPort)
}

// Render gives the ordering node's orderer.yaml.
func (o Orderer) Render() ([]byte, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	cert, key := within(o.Dir, TLSCertFile), within(o.Dir, TLSKeyFile)
	roots := []string{within(o.Dir, TLSRootsFile)}
	return render("Written by b4a for "+o.ID+". Changes are overwritten.", orderer{
		General: ordererGeneral{
			ListenAddress: o.Listen.bind(), ListenPort: o.Listen.Port,
			BootstrapMethod: "none",
			LocalMSPDir:     within(o.Dir, MSPDir), LocalMSPID: o.MSPID,
			BCCSP: softwareKeys(),
			TLS:   ordererTLS{Enabled: true, PrivateKey: key, Certificate: cert, RootCAs: roots},
			// Without a listener of its own the cluster service shares the general one.
			Cluster: ordererCluster{
				ClientCertificate: cert, ClientPrivateKey: key, RootCAs: roots,
				DialTimeout: duration(2 * time.Second), RPCTimeout: duration(7 * time.Second),
				SendBufferSize: 100, ReplicationPolicy: "consensus",
			},
			Keepalive: ordererKeepalive{
				ServerMinInterval: duration(10 * time.Second),
				ServerInterval:    duration(2 * time.Hour), ServerTimeout: duration(20 * time.Second),
			},
			// Ordering nodes find one that came back within a couple of seconds, not minutes.
			Backoff: ordererBackoff{
				BaseDelay: duration(100 * time.Millisecond), Multiplier: 1.6, MaxDelay: duration(2 * time.Second),
			},
			Authentication: ordererAuthentication{TimeWindow: duration(15 * time.Minute), NoExpirationChecks: false},
			MaxRecvMsgSize: maxMessage, MaxSendMsgSize: maxMessage,
		},
		FileLedger: ordererLedger{Location: within(o.Dir, DataDir)},
		Consensus: ordererConsensus{
			WALDir: within(o.Dir, DataDir+"/consensus/wal"), SnapDir: within(o.Dir, DataDir+"/consensus/snapshot"),
		},
		Operations: ordererOperations{ListenAddress: o.Listen.listen(o.Listen.Ops)},
		Metrics:    ordererMetrics{Provider: "prometheus"},
		Admin: ordererAdmin{
			ListenAddress: o.Listen.listen(o.AdminPort),
			TLS: ordererAdminTLS{
				Enabled: true, PrivateKey: key, Certificate: cert, ClientAuthRequired: true,
				ClientRootCAs: []string{within(o.Dir, AdminRootsFile)},
			},
		},
		// A genesis block grows with the certificates of its organizations.
		ChannelParticipation: ordererParticipation{Enabled: true, MaxRequestBodySize: 16 << 20},
	})
}

type orderer struct {
	General              ordererGeneral       `yaml:"General"`
	FileLedger           ordererLedger        `yaml:"FileLedger"`
	Consensus            ordererConsensus     `yaml:"Consensus"`
	Operations           ordererOperations    `yaml:"Operations"`
	Metrics              ordererMetrics       `yaml:"Metrics"`
	Admin                ordererAdmin         `yaml:"Admin"`
	ChannelParticipation ordererParticipation `yaml:"ChannelParticipation"`
}

type ordererGeneral struct {
	ListenAddress   string                `yaml:"ListenAddress"`
	ListenPort      int                   `yaml:"ListenPort"`
	BootstrapMethod string                `yaml:"BootstrapMethod"`
	LocalMSPDir     string                `yaml:"LocalMSPDir"`
	LocalMSPID      string                `yaml:"LocalMSPID"`
	BCCSP           crypto                `yaml:"BCCSP"`
	TLS             ordererTLS            `yaml:"TLS"`
	Cluster         ordererCluster        `yaml:"Cluster"`
	Keepalive       ordererKeepalive      `yaml:"Keepalive"`
	Backoff         ordererBackoff        `yaml:"Backoff"`
	Authentication  ordererAuthentication `yaml:"Authentication"`
	MaxRecvMsgSize  int                   `yaml:"MaxRecvMsgSize"`
	MaxSendMsgSize  int                   `yaml:"MaxSendMsgSize"`
}

type ordererTLS struct {
	Enabled            bool     `yaml:"Enabled"`
	PrivateKey         string   `yaml:"PrivateKey"`
	Certificate        string   `yaml:"Certificate"`
	RootCAs            []string `yaml:"RootCAs"`
	ClientAuthRequired bool     `yaml:"ClientAuthRequired"`
}

type ordererCluster struct {
	ClientCertificate string   `yaml:"ClientCertificate"`
	ClientPrivateKey  string   `yaml:"ClientPrivateKey"`
	RootCAs           []string `yaml:"RootCAs"`
	DialTimeout       duration `yaml:"DialTimeout"`
	RPCTimeout        duration `yaml:"RPCTimeout"`
	SendBufferSize    int      `yaml:"SendBufferSize"`
	ReplicationPolicy string   `yaml:"ReplicationPolicy"`
}

type ordererKeepalive struct {
	ServerMinInterval duration `yaml:"ServerMinInterval"`
	ServerInterval    duration `yaml:"ServerInterval"`
	ServerTimeout     duration `yaml:"ServerTimeout"`
}

type ordererBackoff struct {
	BaseDelay  duration `yaml:"BaseDelay"`
	Multiplier float64  `yaml:"Multiplier"`
	MaxDelay   duration `yaml:"MaxDelay"`
}

type ordererAuthentication struct {
	TimeWindow         duration `yaml:"TimeWindow"`
	NoExpirationChecks bool     `yaml:"NoExpirationChecks"`
}

type ordererLedger struct {
	Location string `yaml:"Location"`
}

type ordererConsensus struct {
	WALDir  string `yaml:"WALDir"`
	SnapDir string `yaml:"SnapDir"`
}

type ordererOperations struct {
	ListenAddress string `yaml:"ListenAddress"`
}

type ordererMetrics struct {
	Provider string `yaml:"Provider"`
}

type ordererAdmin struct {
	ListenAddress string          `yaml:"ListenAddress"`
	TLS           ordererAdminTLS `yaml:"TLS"`
}

type ordererAdminTLS struct {
	Enabled            bool     `yaml:"Enabled"`
	PrivateKey         string   `yaml:"PrivateKey"`
	Certificate        string   `yaml:"Certificate"`
	ClientAuthRequired bool     `yaml:"ClientAuthRequired"`
	ClientRootCAs      []string `yaml:"ClientRootCAs"`
}

type ordererParticipation struct {
	Enabled            bool `yaml:"Enabled"`
	MaxRequestBodySize int  `yaml:"MaxRequestBodySize"` // bytes
}
