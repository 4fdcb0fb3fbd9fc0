package config

import (
	"log/slog"
	"time"
)

// Settings is every key, in the order of config.example.yaml.
type Settings struct {
	Line     Line      `mapstructure:"line"`
	Accounts []Account `mapstructure:"accounts"`
	SIP      SIP       `mapstructure:"sip"`
	RTP      RTP       `mapstructure:"rtp"`
	Audio    Audio     `mapstructure:"audio"`
	Calls    Calls     `mapstructure:"calls"`
	Tones    Tones     `mapstructure:"tones"`
	Secure   Secure    `mapstructure:"secure"`
	Dialplan Dialplan  `mapstructure:"dialplan"`
	Contacts []Contact `mapstructure:"contacts"`
}

// Line is who we are and where we register.
type Line struct {
	User          string        `mapstructure:"user"`
	DisplayName   string        `mapstructure:"display_name"`
	Domain        string        `mapstructure:"domain"`
	AuthUser      string        `mapstructure:"auth_user"`
	Password      Secret        `mapstructure:"password"`
	PasswordFile  string        `mapstructure:"password_file"`
	Keyring       bool          `mapstructure:"password_keyring"`
	Register      bool          `mapstructure:"register"`
	Expires       time.Duration `mapstructure:"expires"`
	Proxy         string        `mapstructure:"proxy"`
	OutboundProxy string        `mapstructure:"outbound_proxy"`
	Transport     string        `mapstructure:"transport"`
	WebSocketPath string        `mapstructure:"websocket_path"`
}

// SIP is the signalling socket, our name on it, and how dialogs are kept.
type SIP struct {
	Listen              string        `mapstructure:"listen"`
	UserAgent           string        `mapstructure:"user_agent"`
	Keepalive           time.Duration `mapstructure:"keepalive"`
	NAT                 bool          `mapstructure:"nat"`
	RestrictSource      bool          `mapstructure:"restrict_source"`
	SessionExpires      time.Duration `mapstructure:"session_expires"`
	MinSE               time.Duration `mapstructure:"min_se"`
	ReliableProvisional bool          `mapstructure:"reliable_provisional"`
	MaxRedirections     int           `mapstructure:"max_redirections"`
	Hold                string        `mapstructure:"hold"`
	TLS                 TLS           `mapstructure:"tls"`
}

// TLS is whom line.transport tls and wss trust, and what they show.
type TLS struct {
	CAFile   string `mapstructure:"ca_file"`
	CertFile string `mapstructure:"cert_file"`
	KeyFile  string `mapstructure:"key_file"`
}

// RTP is the media ports and packets.
type RTP struct {
	PortMin   int           `mapstructure:"port_min"`
	PortMax   int           `mapstructure:"port_max"`
	Ptime     time.Duration `mapstructure:"ptime"`
	Symmetric bool          `mapstructure:"symmetric"`
	STUN      string        `mapstructure:"stun"`

	RTCP       time.Duration `mapstructure:"rtcp"`
	StatsInBye bool          `mapstructure:"stats_in_bye"`
}

// Audio is what speaks, what is heard and in which codecs.
type Audio struct {
	Input            string   `mapstructure:"input"`
	Output           string   `mapstructure:"output"`
	Ring             string   `mapstructure:"ring"`
	EchoCancellation string   `mapstructure:"echo_cancellation"`
	NoiseSuppression string   `mapstructure:"noise_suppression"`
	GainControl      string   `mapstructure:"gain_control"`
	Codecs           []string `mapstructure:"codecs"`
	DTMF             string   `mapstructure:"dtmf"`
	RecordingBeep    bool     `mapstructure:"recording_beep"`

	SilenceSuppression bool `mapstructure:"silence_suppression"`
}

// Calls is what the line does around its calls.
type Calls struct {
	Waiting         bool          `mapstructure:"waiting"`
	Max             int           `mapstructure:"max"`
	Reply182        bool          `mapstructure:"reply_182"`
	Refer           string        `mapstructure:"refer"`
	CallerID        string        `mapstructure:"caller_id"`
	HideCallerID    bool          `mapstructure:"hide_caller_id"`
	DND             bool          `mapstructure:"dnd"`
	RejectAnonymous bool          `mapstructure:"reject_anonymous"`
	ForwardAll      string        `mapstructure:"forward_all"`
	ForwardBusy     string        `mapstructure:"forward_busy"`
	ForwardNoAnswer string        `mapstructure:"forward_no_answer"`
	NoAnswerDelay   time.Duration `mapstructure:"no_answer_delay"`
	AutoAnswer      string        `mapstructure:"auto_answer"`
	MessageWaiting  string        `mapstructure:"message_waiting"`
	Mailbox         string        `mapstructure:"mailbox"`
}

// Tones is what rings and tells of calls.
type Tones struct {
	GainDB  int           `mapstructure:"gain_db"`
	Ending  time.Duration `mapstructure:"ending"`
	Scripts []string      `mapstructure:"scripts"`

	SIT          []string      `mapstructure:"sit"`
	ReorderDelay time.Duration `mapstructure:"reorder_delay"`
}

// Secure is the second stage of a call and the identity it shows.
type Secure struct {
	Service             bool   `mapstructure:"service"`
	Default             bool   `mapstructure:"default"`
	Require             bool   `mapstructure:"require"`
	Method              string `mapstructure:"method"`
	MiniCertificate     string `mapstructure:"mini_certificate"`
	MiniCertificateFile string `mapstructure:"mini_certificate_file"`
	PrivateKey          Secret `mapstructure:"private_key"`
	PrivateKeyFile      string `mapstructure:"private_key_file"`
	ExpiryZone          string `mapstructure:"expiry_zone"`
	Tone                string `mapstructure:"tone"`
	Wire                Wire   `mapstructure:"wire"`
}

// Wire is what no published source says about the messages.
type Wire struct {
	ContentType  string        `mapstructure:"content_type"`
	MessageIDs   []int         `mapstructure:"message_ids"`
	VersionFlags uint32        `mapstructure:"version_flags"`
	ByteOrder    string        `mapstructure:"byte_order"`
	Final        string        `mapstructure:"final"`
	Padding      string        `mapstructure:"padding"`
	SaltBytes    int           `mapstructure:"salt_bytes"`
	StartDelay   time.Duration `mapstructure:"start_delay"`
	InfoTimeout  time.Duration `mapstructure:"info_timeout"`
	Transforms   []string      `mapstructure:"transforms"`
}

// Dialplan turns what is typed into what is called.
type Dialplan struct {
	Plan            string        `mapstructure:"plan"`
	Codes           Codes         `mapstructure:"codes"`
	Incomplete      string        `mapstructure:"incomplete"`
	InterdigitLong  time.Duration `mapstructure:"interdigit_long"`
	InterdigitShort time.Duration `mapstructure:"interdigit_short"`
	IPDialing       bool          `mapstructure:"ip_dialing"`
	Gateways        []Gateway     `mapstructure:"gateways"`
}

// Contact is a name that can be dialled.
type Contact struct {
	Name   string `mapstructure:"name" json:"name"`
	Number string `mapstructure:"number" json:"number"`
	Speed  string `mapstructure:"speed" json:"speed,omitempty"`
}

// Gateway is what @gw1 to @gw4 of a plan mean.
type Gateway struct {
	Name         string `mapstructure:"name" json:"name"`
	Host         string `mapstructure:"host" json:"host"`
	AuthUser     string `mapstructure:"auth_user" json:"auth_user,omitempty"`
	Password     Secret `mapstructure:"password" json:"password,omitempty"`
	PasswordFile string `mapstructure:"password_file" json:"password_file,omitempty"`
}

// Codes are the star codes; an empty one is off.
type Codes struct {
	SecureAll          string `mapstructure:"secure_all"`
	SecureNone         string `mapstructure:"secure_none"`
	SecureNext         string `mapstructure:"secure_next"`
	ClearNext          string `mapstructure:"clear_next"`
	CallReturn         string `mapstructure:"call_return"`
	Redial             string `mapstructure:"redial"`
	BlindTransfer      string `mapstructure:"blind_transfer"`
	CallBack           string `mapstructure:"call_back"`
	CallBackOff        string `mapstructure:"call_back_off"`
	CallBackBusy       string `mapstructure:"call_back_busy"`
	ForwardAll         string `mapstructure:"forward_all"`
	ForwardAllOff      string `mapstructure:"forward_all_off"`
	ForwardBusy        string `mapstructure:"forward_busy"`
	ForwardBusyOff     string `mapstructure:"forward_busy_off"`
	ForwardNoAnswer    string `mapstructure:"forward_no_answer"`
	ForwardNoAnswerOff string `mapstructure:"forward_no_answer_off"`
	CallWaiting        string `mapstructure:"call_waiting"`
	CallWaitingOff     string `mapstructure:"call_waiting_off"`
	CallWaitingNext    string `mapstructure:"call_waiting_next"`
	CallWaitingNextOff string `mapstructure:"call_waiting_next_off"`
	BlockCID           string `mapstructure:"block_cid"`
	BlockCIDOff        string `mapstructure:"block_cid_off"`
	BlockCIDNext       string `mapstructure:"block_cid_next"`
	ShowCIDNext        string `mapstructure:"show_cid_next"`
	BlockAnonymous     string `mapstructure:"block_anonymous"`
	BlockAnonymousOff  string `mapstructure:"block_anonymous_off"`
	DND                string `mapstructure:"dnd"`
	DNDOff             string `mapstructure:"dnd_off"`
	SpeedDial          string `mapstructure:"speed_dial"`
	PreferG711u        string `mapstructure:"prefer_g711u"`
	PreferG711a        string `mapstructure:"prefer_g711a"`
	PreferG722         string `mapstructure:"prefer_g722"`
	PreferG726r32      string `mapstructure:"prefer_g726r32"`
	ForceG711u         string `mapstructure:"force_g711u"`
	ForceG711a         string `mapstructure:"force_g711a"`
	ForceG722          string `mapstructure:"force_g722"`
	ForceG726r32       string `mapstructure:"force_g726r32"`
}

// Secret is a value that is never shown.
type Secret string

const hidden = "[secret]"

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return s.String() }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps it out of JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
