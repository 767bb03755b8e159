package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"tracker/internal/i18n"
	"tracker/internal/problem"
)

// surroundings are what a command has from the outside.
type surroundings struct {
	out, err io.Writer
	getenv   func(string) string
}

// command is one line of the program's own table of contents.
type command struct {
	name  string
	usage string
	about string
	run   func(context.Context, *call) error
}

func commands() []command {
	return []command{
		{"serve", "serve [--data DIR] [--addr HOST:PORT]", "answers browsers; migrates an embedded database first", serve},
		{"demo", "demo [--data DIR] [--addr HOST:PORT] [--today YYYY-MM-DD]", "serves the Lesotho demonstration on this machine only", demo},
		{"migrate", "migrate [--data DIR]", "brings the schema up to this release; run it alone", migrate},
		{"seed", "seed DIR [--data DIR]", "loads a folder of seed files; again without harm", seed},
		{"report", "report status [--as-of YYYY-MM-DD] [--known-at INSTANT] [--since YYYY-MM-DD|last-dialogue] [--period LABEL] [--institution C,C] [--node N,N] [--mechanism M,M] [--audience internal|partner|public] [--sections S,S] [--title TEXT] [--format pdf|xlsx|csv|json|html] -o FILE", "writes a report to a file", report},
		{"verify", "verify FILE [--data DIR]", "says whether a file was published here: genuine, recalled, altered or unknown", verify},
		{"import", "import recommendations FILE --mechanism CODE --year YEAR [--country CODE] [--as EMAIL] [--released YYYY-MM-DD] [--basis official|restated|inferred] [--completeness complete|partial] [--dry-run] [--json] | plan FILE [--framework CODE] [--answers FILE] [--as EMAIL] [--dry-run] [--json] | updates FILE --as EMAIL [--answers FILE] [--dry-run] [--json] | list NAME FILE [--as EMAIL] [--dry-run] [--json]", "takes over the recommendations of a narrative, or compares them; takes in a ministry's plan matrix, a workbook that comes back filled in, or a list, whole or not at all", importing},
		{"export", "export list NAME [--as EMAIL] -o FILE | workbook --institution CODE [--period LABEL] [--lang en|fr|pt] -o FILE", "writes a list as it is taken in again, as xlsx or csv: institutions, people, commitments, recommendations, indicators or measurements; or the workbook that an institution fills in and its focal point brings back", export},
		{"lineage", "lineage score --recommendations FILE --pairs FILE", "compares suggested lineage with pairs that people made", lineageOf},
		{"audit", "audit verify [--anchor FILE]... [--key KEY] [--json] | checkpoint [-o FILE] | key | new-key | purge --entry N --field F --reason TEXT [--as EMAIL] | purge --publication NUMBER --reason TEXT [--as EMAIL]", "verifies the audit trail, against heads that were kept outside too, and names the first broken entry; prints its newest signed checkpoint and public key; purges a text", auditing},
		{"backup", "backup FILE [--data DIR]", "writes the whole database to a file, also while it is served", backUp},
		{"restore", "restore FILE [--anchor FILE]... [--data DIR]", "fills a new database from a backup; run it alone", restore},
		{"user", "user add EMAIL --role R --institution C [--post TITLE] | list | disable EMAIL | link EMAIL [--new-second-factor]", "adds, lists and disables people, prints sign-in links", user},
		{"doctor", "doctor [--data DIR] [--json] | doctor --probe URL", "says what is wrong with settings, machine, database, backups and accounts, and what to mend", doctor},
		{"version", "version", "prints the release", showVersion},
	}
}

// call is a command with its flags and arguments read.
type call struct {
	*surroundings
	flags *flag.FlagSet
	args  []string
	cfg   config
}

// option is the value of a flag, empty when it was not given.
func (c *call) option(name string) string { return c.flags.Lookup(name).Value.String() }

// options are the values of a flag that may be given several times.
func (c *call) options(name string) []string { return *c.flags.Lookup(name).Value.(*repeated) }

// given says whether a flag stood on the command line.
func (c *call) given(name string) bool {
	found := false
	c.flags.Visit(func(f *flag.Flag) { found = found || f.Name == name })
	return found
}

// flagsOf lists the flags of each command beside --data.
var flagsOf = map[string]map[string]string{
	"serve": {"addr": "where to listen"},
	"demo":  {"addr": "where to listen, on this machine only", "today": "move the demonstration's clock forward to this day"},
	"report": {"as-of": "the day that the report tells of; today when left out", "known-at": "the instant of knowledge; the newest in the data when left out",
		"since": "tells what changed since this day, or since the last dialogue", "period": "tells of this period, and what changed since it began",
		"institution": "codes of institutions: what they lead or support", "node": "numbers of nodes: what hangs on them or below", "mechanism": "codes of mechanisms: what they recommended",
		"audience": "internal, partner or public: what is shared with nobody there is left out", "sections": "parts of the report, such as recommendations,commitments; all when left out",
		"title": "a title of its own", "format": "pdf, xlsx, csv, json or html; left out, the ending of the file says it", "o": "the file to write"},
	"import": {"mechanism": "the mechanism's code", "year": "of the edition", "country": "its code; the tracker's own when left out", "as": "who does it; left out, the command line", "framework": "the code of the framework that a plan goes into", "answers": "a JSON file of answers by the id of their question",
		"released": "the edition's day, where it is not there yet; 1 July when left out", "basis": "whose words they are: official, restated or inferred", "completeness": "how much of the list it is: complete or partial"},
	"export":  {"as": "the person whose list it is; left out, the command line's", "institution": "the institution's code", "period": "the period's label, such as 2021-22; the present one when left out", "lang": "the language of the workbook: en, fr or pt; English when left out", "o": "the file to write"},
	"audit":   {"key": "the public key that the newest checkpoint must be signed with; that of the secret in use when left out", "o": "the file to write", "entry": "the number of an entry", "field": "its text that is purged", "publication": "the number of a publication", "reason": "why, in general words", "as": "who does it; left out, the command line"},
	"lineage": {"recommendations": "the recommendations, as JSON", "pairs": "what continues what, as CSV"},
	"user":    {"role": "the post's role", "institution": "the institution's code", "post": "the post's title"},
	"doctor":  {"probe": "ask a running server instead"},
}

// switchesOf lists the flags of each command that take no value.
var switchesOf = map[string]map[string]string{
	"audit":  {"json": "tells it to a program"},
	"doctor": {"json": "tells it to a program"},
	"user":   {"new-second-factor": "removes the second factor first: it will be set up again"},
	"import": {"dry-run": "checks everything and keeps nothing", "json": "tells it to a program"},
}

// repeatedOf lists the flags of each command that may be given several times.
var repeatedOf = map[string]map[string]string{
	"audit":   {"anchor": "a file that holds a head of the trail: a checkpoint, a published file, what backup printed"},
	"restore": {"anchor": "a file that holds a head of the trail"},
}

// repeated is the values of a flag that was given several times.
type repeated []string

func (r *repeated) String() string { return strings.Join(*r, " ") }

// Set adds a value.
func (r *repeated) Set(value string) error {
	*r = append(*r, value)
	return nil
}

func dispatch(ctx context.Context, args []string, s *surroundings) error {
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		help(s.out)
		return nil
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return start(ctx, c, args[1:], s)
		}
	}
	return misused("there is no command %q", args[0])
}

func start(ctx context.Context, c command, args []string, s *surroundings) error {
	k := &call{surroundings: s, flags: flag.NewFlagSet(c.name, flag.ContinueOnError)}
	k.flags.SetOutput(io.Discard)
	k.flags.String("data", "", "the folder of the embedded database")
	for name, about := range flagsOf[c.name] {
		k.flags.String(name, "", about)
	}
	for name, about := range repeatedOf[c.name] {
		k.flags.Var(&repeated{}, name, about)
	}
	for name, about := range switchesOf[c.name] {
		k.flags.Bool(name, false, about)
	}
	// Flags may stand before or after arguments.
	for len(args) > 0 {
		if err := k.flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				explain(s.out, c, k.flags)
				return nil
			}
			return misused("%s: %v", c.name, err)
		}
		if args = k.flags.Args(); len(args) > 0 {
			k.args, args = append(k.args, args[0]), args[1:]
		}
	}
	var err error
	if k.cfg, err = readConfig(s.getenv, k.option); err != nil {
		return err
	}
	return c.run(ctx, k)
}

func help(out io.Writer) {
	fmt.Fprintf(out, "The action-plan progress tracker, %s.\n\n", version)
	for _, c := range commands() {
		fmt.Fprintf(out, "  tracker %s\n      %s\n", c.usage, c.about)
	}
	fmt.Fprintln(out, "\nEach explains itself with --help; settings come from the environment too (docs/operating.md).")
}

func explain(out io.Writer, c command, flags *flag.FlagSet) {
	fmt.Fprintf(out, "tracker %s\n\n%s.\n\n", c.usage, strings.ToUpper(c.about[:1])+c.about[1:])
	flags.SetOutput(out)
	flags.PrintDefaults()
}

func showVersion(_ context.Context, c *call) error {
	_, err := fmt.Fprintln(c.out, "tracker", version)
	return err
}

// inWords says a problem as pages say it, and any other error as it is.
func inWords(err error) string {
	var p *problem.Error
	messages, merr := i18n.English()
	if !errors.As(err, &p) || merr != nil {
		return err.Error()
	}
	t := i18n.New(messages, nil)
	var said []string
	for _, field := range p.FieldNames() {
		said = append(said, field+": "+t.Msg(p.Fields[field].Key, p.Fields[field].Args...))
	}
	if len(said) == 0 {
		said = append(said, t.Msg(p.Key, p.Args...))
	}
	return strings.Join(said, "; ")
}
