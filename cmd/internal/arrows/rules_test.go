package arrows

// std stands for the whole standard library.
const std = "std"

// room says what the packages under one path may import. The longest matching
// path rules; tests may import more (see testExtras), never what is banned.
type room struct {
	path string
	// may lists std, rooms of this module (exactly, or with their subfolders
	// if the path ends in "/..."), and foreign modules with all their packages.
	may []string
	why string
}

var rooms = []room{
	{"star18/cmd", []string{
		std, "star18/...", "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/gopacket/gopacket", "golang.org/x/sys",
		"github.com/charmbracelet/x/term",
	}, "commands wire the rooms together and bring no protocol code of their own"},
	{"star18/cmd/jitterreplay", []string{std, "star18/audio"}, "it measures the buffer, nothing else"},
	{"star18/cmd/gen_mc", []string{std, "star18/securecall/..."},
		"the vendor's tool is the certificate code and nothing else"},
	{"star18/cmd/internal/config", []string{
		std, "star18/...", "github.com/spf13/viper", "github.com/go-viper/mapstructure", "go.yaml.in/yaml",
	}, "the one place that knows viper, so that every other room takes plain structs"},
	{"star18/cmd/internal/screen", []string{
		std, "star18/...", "charm.land/bubbletea", "charm.land/bubbles", "charm.land/lipgloss", "github.com/charmbracelet/x/ansi",
	}, "the one place that draws on a terminal"},
	{"star18/cmd/internal/board", []string{std, "star18/cmd/internal/say", "star18/ua", "star18/securecall", "star18/audio"}, "what is shown is decided without a terminal"},
	{"star18/cmd/internal/keyring", []string{std, "github.com/zalando/go-keyring"}, "the one place that asks the system's keyring"},
	{"star18/cmd/internal/profile", []string{std}, "a vendor's profile is bytes and names"},
	{"star18/cmd/internal/profile/settings", []string{std, "star18/cmd/internal/profile", "star18/audio"}, "what a profile asks for is decided without files or a line"},
	{"star18/cmd/internal/notify", []string{std}, "the desktop is asked by a program of its own, whatever is to be said"},
	{"star18/cmd/internal/keyline", []string{std}, "what is typed is text"},
	{"star18/cmd/internal/handset", []string{std, "star18/dialplan"}, "what keys mean is decided without a terminal, a clock or a call"},
	{"star18/cmd/internal/console", []string{std, "golang.org/x/sys"}, "keys and a line of a terminal, whatever they are for"},
	{"star18/ua", []string{
		std, "star18/ua/...", "star18/securecall", "star18/audio", "star18/audio/dtmf", "star18/audio/quality", "star18/audio/rtpstream", "github.com/emiago/sipgo",
	}, "lines and calls know signalling and media, never commands, dial plans or sound cards"},
	{"star18/ua/sipnet", []string{std, "star18/ua/sipnet/...", "github.com/emiago/sipgo", "github.com/gobwas/ws"}, "messages come and go; what they mean is decided above"},
	{"star18/ua/sdp", []string{std}, "offers and answers are pure text"},
	{"star18/ua/reliable", []string{std}, "numbers and intervals of provisional responses; no message, no clock"},
	{"star18/ua/sessiontimer", []string{std}, "intervals and who refreshes; no message, no clock"},
	{"star18/ua/redirect", []string{std, "github.com/emiago/sipgo"}, "an order of addresses; whoever calls them is above"},
	{"star18/ua/callerid", []string{std}, "who calls is text, and trust is told"},
	{"star18/ua/mwi", []string{std}, "a body and a policy"},
	{"star18/ua/arrival", []string{std}, "what becomes of a call is decided without SIP"},
	{"star18/ua/judge", []string{std}, "what a message is worth is decided on its bytes alone"},
	{"star18/ua/refer", []string{std}, "what a transfer says is pure text"},
	{"star18/ua/infokey", []string{std, "star18/audio/dtmf"}, "the bodies of devices are pure text"},
	{"star18/ua/digest", []string{std, "github.com/icholy/digest"}, "credentials need no signalling"},
	{"star18/ua/stun", []string{std}, "a question to a server over somebody's socket"},
	{"star18/ua/netwatch", []string{std, "golang.org/x/sys/unix"}, "what the operating system says about its network, and nothing of SIP"},
	{"star18/ua/resolve", []string{std, "star18/ua/sipnet", "github.com/miekg/dns"}, "DNS is asked here and nowhere else"},
	{"star18/ua/lab", []string{std, "star18/ua/lab/...", "star18/ua/digest", "github.com/emiago/sipgo", "github.com/icholy/digest"},
		"a registrar that shared code with the phone would share its mistakes"},
	{"star18/securecall", []string{std, "star18/securecall/...", "filippo.io/bigmod"},
		"the machines are bytes in, bytes out; they must be readable without any network"},
	{"star18/audio", []string{std, "star18/audio/wav"}, "frames and codecs are arithmetic"},
	{"star18/audio/wav", []string{std}, "a file format"},
	{"star18/audio/quality", []string{std}, "a model is arithmetic on figures"},
	{"star18/audio/measure", []string{std}, "the meter must not share code with what it measures"},
	{"star18/audio/measure/speech", []string{std, "star18/audio/wav"}, "recordings are files"},
	{"star18/audio/dtmf", []string{std, "star18/audio"}, "keys are tones and four octets; whose stream they are in is not their matter"},
	{"star18/audio/rtpstream", []string{
		std, "star18/audio", "star18/audio/dtmf", "star18/audio/rtpstream/...", "github.com/pion/rtp", "github.com/pion/srtp",
	}, "one stream over a socket; signalling stays above"},
	{"star18/audio/rtpstream/report", []string{std, "github.com/pion/rtcp"}, "a participant of RTCP is bytes in, bytes out"},
	{"star18/ua/sipnet/memstream", []string{std}, "a fake network is plain code"},
	{"star18/audio/rtpstream/memnet", []string{std}, "a fake network is plain code"},
	{"star18/audio/portaudio", []string{std, "C", "star18/audio", "github.com/gordonklaus/portaudio"},
		"the sound card and nothing else, so that it can be left out"},
	{"star18/audio/dsp", []string{std, "C", "star18/audio"}, "speexdsp and what feeds it, so that it can be left out"},
	{"star18/audio/opus", []string{std, "C", "star18/audio", "github.com/hraban/opus"}, "libopus and nothing else, so that it can be left out"},
	{"star18/dialplan", []string{std}, "digits in, intent out"},
}

// testExtras are modules that only tests use, in any room.
var testExtras = []string{"go.uber.org/goleak", "github.com/zalando/go-keyring", "github.com/rogpeppe/go-internal/testscript", "github.com/charmbracelet/x/exp/teatest"}

// ban holds in tests too, for who and the folders below.
type ban struct {
	who    string // "" is everyone
	what   string // this and what is below it
	exempt []string
	spared []string // parts of what that are allowed after all
	why    string
}

var bans = []ban{
	{what: "C", exempt: []string{"star18/audio/portaudio", "star18/audio/opus", "star18/audio/dsp"},
		why: "cgo is confined to the edges that need a C library"},
	{what: "github.com/gordonklaus/portaudio", exempt: []string{"star18/audio/portaudio"},
		why: "it is cgo: a machine without a C compiler builds everything else"},
	{what: "github.com/hraban/opus", exempt: []string{"star18/audio/opus"},
		why: "it is cgo: a machine without libopus builds everything else"},
	{what: "github.com/spf13/viper", exempt: []string{"star18/cmd/internal/config"},
		why: "one file set knows how settings are found"},
	{who: "star18/ua/lab", what: "star18/ua", spared: []string{"star18/ua/lab", "star18/ua/digest"},
		why: "the lab judges the phone, so it must not be made of it"},
	{who: "star18/audio", what: "star18/ua", why: "sound knows no signalling"},
	{who: "star18/securecall", what: "star18/ua", why: "the machines know no signalling"},
	{who: "star18/dialplan", what: "star18/ua", why: "no star code reaches SIP, no SIP reaches the dial plan"},
	{who: "star18/ua", what: "star18/dialplan", why: "a line is told numbers, never star codes"},
	{who: "star18/ua", what: "star18/audio/portaudio", why: "a line asks for a device; commands choose it"},
	{who: "star18/ua", what: "star18/cmd", why: "arrows go down only"},
	{who: "star18/audio", what: "star18/cmd", why: "arrows go down only"},
	{who: "star18/securecall", what: "star18/cmd", why: "arrows go down only"},
	{who: "star18/dialplan", what: "star18/cmd", why: "arrows go down only"},
	{what: "github.com/pion/sdp", why: "it refuses real devices' SDP; ua/sdp is tolerant"},
	{what: "github.com/pion/interceptor", why: "its jitter buffer starts at a second"},
}

// topLevel is everything that may lie beside go.mod.
var topLevel = map[string]string{
	"cmd": "programs", "ua": "lines and calls", "securecall": "the machines", "audio": "sound", "dialplan": "digits",
	"docs": "words", ".ci": "what a change must pass", ".git": "history",
	"go.mod": "", "go.sum": "", "README.md": "", "CHANGELOG.md": "", "LICENSE": "", "Makefile": "",
	"config.example.yaml": "the manual of settings", ".gitignore": "", ".gitattributes": "",
	"bin": "built programs, ignored by git", "dist": "built releases, ignored by git", "demo-out": "a demo's files, ignored by git",
}
