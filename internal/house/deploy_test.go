package house

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// composeFile is as much of docker-compose.yml as this program promises; a key that is not here fails the test.
type composeFile struct {
	Name     string
	Services map[string]composeService
	Volumes  map[string]any
	Secrets  map[string]struct{ File string }
}

type composeService struct {
	Image       string
	Build       string
	Restart     string
	Command     []string
	Environment map[string]string
	Secrets     []string
	Volumes     []string
	Ports       []string
	Healthcheck struct {
		Test                       []string
		Interval, Timeout, Retries string
		StartPeriod                string `yaml:"start_period"`
	}
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	ReadOnly    bool                                  `yaml:"read_only"`
	Tmpfs       []string
	CapDrop     []string `yaml:"cap_drop"`
	SecurityOpt []string `yaml:"security_opt"`
}

func compose(t *testing.T) composeFile {
	t.Helper()
	var c composeFile
	dec := yaml.NewDecoder(strings.NewReader(read(t, "docker-compose.yml")))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// firstColumn gives the words in code marks that begin the rows of a table under a heading, with the rest of each row.
func firstColumn(t *testing.T, file, heading string) map[string]string {
	t.Helper()
	_, section, ok := strings.Cut(read(t, file), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("%s has no section %q", file, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	rows := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|(.*)$").FindAllStringSubmatch(section, -1) {
		rows[m[1]] = m[2]
	}
	if len(rows) < 5 {
		t.Fatalf("%s, %q: a table of %d rows", file, heading, len(rows))
	}
	return rows
}

// isSetting says whether the program documents an environment variable; NAME_FILE counts where NAME is a secret.
func isSetting(settings map[string]string, name string) bool {
	if _, ok := settings[name]; ok {
		return true
	}
	row, ok := settings[strings.TrimSuffix(name, "_FILE")]
	return ok && strings.Contains(row, "*secret*")
}

func TestComposeStartsWhatTheProgramHas(t *testing.T) {
	c := compose(t)
	settings := firstColumn(t, "docs/operating.md", "Settings")
	commands := firstColumn(t, "docs/operating.md", "Commands")
	var names []string
	usedVolumes := map[string]bool{}
	for name, s := range c.Services {
		names = append(names, name)
		for env := range s.Environment {
			if strings.HasPrefix(env, "TRACKER_") && !isSetting(settings, env) {
				t.Errorf("%s sets %s, which is no setting of the program", name, env)
			}
		}
		if s.Build != "" && (len(s.Command) == 0 || commands[s.Command[0]] == "") {
			t.Errorf("%s runs %v, which is no command of the program", name, s.Command)
		}
		for _, secret := range s.Secrets {
			if _, ok := c.Secrets[secret]; !ok {
				t.Errorf("%s uses the secret %s, which is nowhere declared", name, secret)
			}
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			usedVolumes[volume] = true
			if _, ok := c.Volumes[volume]; !ok {
				t.Errorf("%s mounts %s, which is no declared volume", name, volume)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s opens %s to the network without TLS", name, port)
			}
		}
	}
	if slices.Sort(names); !slices.Equal(names, []string{"database", "migrate", "serve"}) {
		t.Errorf("services %v", names)
	}
	for volume := range c.Volumes {
		if !usedVolumes[volume] {
			t.Errorf("the volume %s is not used", volume)
		}
	}
}

// serve must never meet a schema that migrate has not finished, nor migrate a database that does not answer.
func TestComposeMigratesBetweenDatabaseAndServe(t *testing.T) {
	c := compose(t)
	if got := c.Services["serve"].DependsOn["migrate"].Condition; got != "service_completed_successfully" {
		t.Errorf("serve waits for migrate with %q", got)
	}
	if got := c.Services["migrate"].DependsOn["database"].Condition; got != "service_healthy" {
		t.Errorf("migrate waits for the database with %q", got)
	}
	if got := c.Services["migrate"].Restart; got != "no" {
		t.Errorf("migrate restarts: %q", got)
	}
	for _, name := range []string{"database", "serve"} {
		if len(c.Services[name].Healthcheck.Test) < 2 {
			t.Errorf("%s has no health check", name)
		}
	}
	serve := c.Services["serve"]
	if !serve.ReadOnly || !slices.Equal(serve.Tmpfs, []string{"/tmp"}) || !slices.Equal(serve.CapDrop, []string{"ALL"}) || !slices.Equal(serve.SecurityOpt, []string{"no-new-privileges:true"}) {
		t.Errorf("serve may do more than it needs: %+v", serve)
	}
	version, ok := strings.CutPrefix(c.Services["database"].Image, "postgres:")
	major, err := strconv.Atoi(strings.SplitN(version, "-", 2)[0])
	if !ok || err != nil || major < 15 {
		t.Errorf("the database is %q, want a named PostgreSQL of 15 or newer", c.Services["database"].Image)
	}
}

func TestComposeHoldsNoSecret(t *testing.T) {
	for name, s := range compose(t).Services {
		for env, value := range s.Environment {
			for _, word := range []string{"PASSWORD", "SECRET", "KEY", "TOKEN"} {
				if strings.Contains(env, word) && (!strings.HasSuffix(env, "_FILE") || !strings.HasPrefix(value, "/run/secrets/")) {
					t.Errorf("%s: %s must come from a file of /run/secrets", name, env)
				}
			}
			if regexp.MustCompile(`//[^/@]*:[^/@]*@`).MatchString(value) {
				t.Errorf("%s: %s holds a password in an address", name, env)
			}
		}
	}
	for _, ignore := range []string{".gitignore", ".dockerignore"} {
		if !regexp.MustCompile(`(?m)^/?secrets/?$`).MatchString(read(t, ignore)) {
			t.Errorf("%s does not leave out the folder of secrets", ignore)
		}
	}
}

func TestImageRunsTheProgramWithoutPrivileges(t *testing.T) {
	file := read(t, "Dockerfile")
	settings := firstColumn(t, "docs/operating.md", "Settings")
	commands := firstColumn(t, "docs/operating.md", "Commands")
	_, final, ok := strings.Cut(file, "\nFROM scratch\n")
	if !ok {
		t.Fatal("the last stage does not begin with nothing")
	}
	for _, m := range regexp.MustCompile(`TRACKER_\w+`).FindAllString(file, -1) {
		if !isSetting(settings, m) {
			t.Errorf("the image sets %s, which is no setting of the program", m)
		}
	}
	for what, pattern := range map[string]string{
		"a user without privileges": `(?m)^USER [1-9]\d{3,}:[1-9]\d{3,}$`, "the program": `(?m)^ENTRYPOINT \["/tracker"\]$`,
		"a health check":           `(?m)^HEALTHCHECK .*CMD \["/tracker", "doctor", "--probe", "http://127\.0\.0\.1:8080/readyz"\]$`,
		"the data folder":          `(?m)^VOLUME \["/data"\]$`,
		"folders that are its own": `(?m)^COPY --from=build --chown=65532:65532 /out/own/ /$`,
	} {
		if !regexp.MustCompile(pattern).MatchString(final) {
			t.Errorf("the image lacks %s", what)
		}
	}
	for _, m := range regexp.MustCompile(`CMD \["(?:/tracker", ")?([a-z]+)"`).FindAllStringSubmatch(final, -1) {
		if commands[m[1]] == "" {
			t.Errorf("the image runs %q, which is no command of the program", m[1])
		}
	}
	if !strings.Contains(file, "mkdir -m 700 /out/own/data /out/own/tmp") || !strings.Contains(final, "ENV TRACKER_DATA=/data ") {
		t.Error("the data folder of the image is open to others")
	}
	if regexp.MustCompile(`(?m)^RUN `).MatchString(final) {
		t.Error("the last stage runs something: there is no shell in it")
	}
	if !strings.Contains(file, "CGO_ENABLED=0") || !strings.Contains(file, "-X main.version=") {
		t.Error("the program is not built static and with its version")
	}
	// The image must be built by the release of Go that the module asks for.
	want := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(read(t, "go.mod"))[1]
	if !strings.HasPrefix(file[strings.Index(file, "FROM "):], "FROM golang:"+want+"-") {
		t.Errorf("the image is not built with Go %s", want)
	}
}

// The same sources give the same program, byte for byte, wherever they lie: `make reproducible` shows it. What would break that
// stands in the flags.
func TestTheBuildIsReproducible(t *testing.T) {
	makefile, image := read(t, "Makefile"), read(t, "Dockerfile")
	_, rest, _ := strings.Cut(makefile, "\nbuild:")
	recipe, _, _ := strings.Cut(rest, "\n\n")
	for name, text := range map[string]string{"Makefile": recipe, "Dockerfile": image} {
		for _, flag := range []string{"CGO_ENABLED=0", "-trimpath", "-buildvcs=false", "-s -w -X main.version="} {
			if !strings.Contains(text, flag) {
				t.Errorf("%s builds without %s", name, flag)
			}
		}
		if n := strings.Count(text, "-X "); n != 1 || strings.Contains(text, "date") {
			t.Errorf("%s puts more than the version into the program", name)
		}
	}
	if !regexp.MustCompile(`(?m)^VERSION \?= \$\(shell git describe --tags --always --dirty `).MatchString(makefile) {
		t.Error("the version does not come from git describe")
	}
}
