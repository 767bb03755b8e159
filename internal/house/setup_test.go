package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// machine is a folder of programs that stands for a machine on which only these are installed.
func machine(t *testing.T, uid string, programs map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range []string{"bash", "env", "dirname", "readlink"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(dir, tool)); err != nil {
			t.Fatal(err)
		}
	}
	programs["id"] = "echo " + uid
	for name, script := range programs {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!"+filepath.Join(dir, "bash")+"\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// setup runs the script on such a machine and gives all that it said.
func setup(t *testing.T, path string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(path, "bash"), append([]string{"scripts/setup.sh"}, args...)...)
	cmd.Dir = root
	cmd.Env = []string{"PATH=" + path, "CALLS=" + filepath.Join(path, "calls")}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func calls(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path, "calls"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

const (
	recordAndInstall = `echo "apt-get $*" >>"$CALLS"
if [ "$1" = install ]; then
	for program in gcc chromium pdftotext pdftoppm qpdf; do echo "#!${0%/*}/bash" >"${0%/*}/$program"; /bin/chmod +x "${0%/*}/$program"; done
	echo 'echo /fonts/it.ttf' >>"${0%/*}/fc-list"; /bin/chmod +x "${0%/*}/fc-list"
	echo >"${0%/*}/soffice"; /bin/chmod +x "${0%/*}/soffice"; echo >"${0%/*}/libsclo.so"
fi`
	refuse = `echo "apt-get $*" >>"$CALLS"; exit 1`
)

func TestSetupInstallsWhatIsMissingOnceAndOnlyThen(t *testing.T) {
	path := machine(t, "0", map[string]string{"apt-get": recordAndInstall, "apt-cache": "exit 1"})
	out, err := setup(t, path)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := calls(t, path)
	update, install, ok := strings.Cut(got, "\n")
	if !ok || update != "apt-get update" || !strings.HasPrefix(install, "apt-get install -y ") {
		t.Fatalf("calls: %s", got)
	}
	for _, name := range []string{" gcc", " chromium", " poppler-utils", " qpdf", " libreoffice-calc", " fonts-noto-core"} {
		if !strings.Contains(install, name) {
			t.Errorf("%s is not installed: %s", name, install)
		}
	}
	if out, err := setup(t, path); err != nil || out != "" || calls(t, path) != got {
		t.Errorf("the second time: %v, said %q, calls %s", err, out, calls(t, path))
	}
}

func TestSetupPrintsTheLineWhereItMayNotInstall(t *testing.T) {
	for name, c := range map[string]struct {
		uid      string
		programs map[string]string
		args     []string
	}{
		"no root and no sudo":      {"1000", map[string]string{"apt-get": refuse, "apt-cache": "exit 0"}, nil},
		"sudo asks for a password": {"1000", map[string]string{"apt-get": refuse, "apt-cache": "exit 0", "sudo": "exit 1"}, nil},
		"no apt":                   {"0", map[string]string{}, nil},
		"only asked":               {"0", map[string]string{"apt-get": refuse, "apt-cache": "exit 0"}, []string{"--check"}},
	} {
		t.Run(name, func(t *testing.T) {
			path := machine(t, c.uid, c.programs)
			out, err := setup(t, path, c.args...)
			if err == nil {
				t.Error("it did not fail")
			}
			if !strings.Contains(out, "sudo apt-get update && sudo apt-get install -y --no-install-recommends gcc libc6-dev ") {
				t.Errorf("it does not print the line: %s", out)
			}
			if got := calls(t, path); got != "" {
				t.Errorf("it called %s", got)
			}
		})
	}
}

func TestSetupUsesSudoWithoutAPassword(t *testing.T) {
	path := machine(t, "1000", map[string]string{
		"apt-get": recordAndInstall, "apt-cache": "exit 0", "sudo": `shift; [ "$1" = true ] || echo -n "sudo " >>"$CALLS"; exec "$@"`, "true": "exit 0"})
	if out, err := setup(t, path); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := calls(t, path); !strings.Contains(got, "sudo apt-get update\nsudo apt-get install ") || !strings.Contains(got, "libreoffice-calc-nogui") {
		t.Errorf("calls: %s", got)
	}
}
