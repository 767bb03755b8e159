package house

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// unit reads a unit of systemd: the values of each key, by section.
func unit(t *testing.T, name string) map[string]map[string][]string {
	t.Helper()
	all := map[string]map[string][]string{}
	section := ""
	for n, line := range strings.Split(read(t, "docs/systemd/"+name), "\n") {
		key, value, pair := strings.Cut(line, "=")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
			all[section] = map[string][]string{}
		case !pair || section == "" || key != strings.TrimSpace(key):
			t.Fatalf("%s, line %d: %q is no setting of a section", name, n+1, line)
		default:
			all[section][key] = append(all[section][key], value)
		}
	}
	return all
}

// walls are what keeps a service from all that it does not need.
var walls = map[string]string{
	"DynamicUser": "yes", "User": "tracker", "StateDirectoryMode": "0700", "UMask": "0077", "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "AmbientCapabilities": "",
	"ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "PrivateUsers": "yes", "DevicePolicy": "closed",
	"ProtectClock": "yes", "ProtectControlGroups": "yes", "ProtectHostname": "yes", "ProtectKernelLogs": "yes", "ProtectKernelModules": "yes", "ProtectKernelTunables": "yes",
	"ProtectProc": "invisible", "ProcSubset": "pid", "KeyringMode": "private", "LockPersonality": "yes", "MemoryDenyWriteExecute": "yes", "RemoveIPC": "yes",
	"RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "RestrictNamespaces": "yes", "RestrictRealtime": "yes", "RestrictSUIDSGID": "yes",
	"SystemCallArchitectures": "native", "SystemCallFilter": "@system-service; ~@privileged @resources", "SystemCallErrorNumber": "EPERM", "MemoryMax": "512M", "TasksMax": "256",
}

// Both services stand behind the same walls, set what is a setting, run what is a command, and hold no secret.
func TestUnitsRunTheProgramBehindWalls(t *testing.T) {
	settings, commands := firstColumn(t, "docs/operating.md", "Settings"), firstColumn(t, "docs/operating.md", "Commands")
	ran := map[string]string{"tracker.service": "serve", "tracker-nightly.service": "backup audit"}
	for name, want := range ran {
		service := unit(t, name)["Service"]
		for key, value := range walls {
			if got := strings.Join(service[key], "; "); service[key] == nil || got != value {
				t.Errorf("%s: %s is %q, want %q", name, key, got, value)
			}
		}
		var does []string
		for _, line := range service["ExecStart"] {
			if m := regexp.MustCompile(`/usr/local/bin/tracker ([a-z]+)`).FindStringSubmatch(line); m != nil {
				does = append(does, m[1])
				if commands[m[1]] == "" {
					t.Errorf("%s runs %q, which is no command of the program", name, m[1])
				}
			}
		}
		if got := strings.Join(does, " "); got != want {
			t.Errorf("%s runs %q, want %q", name, got, want)
		}
		for _, line := range service["Environment"] {
			key, value, _ := strings.Cut(line, "=")
			if strings.HasPrefix(key, "TRACKER_") && !isSetting(settings, key) {
				t.Errorf("%s sets %s, which is no setting of the program", name, key)
			}
			if strings.Contains(settings[key], "*secret*") || strings.Contains(value, "PASSWORD") {
				t.Errorf("%s holds the secret %s", name, key)
			}
		}
		if data := "TRACKER_DATA=/var/lib/tracker"; !slices.Contains(service["Environment"], data) || !slices.Contains(strings.Fields(strings.Join(service["StateDirectory"], " ")), "tracker") {
			t.Errorf("%s does not keep its data in its own folder", name)
		}
		for _, m := range regexp.MustCompile(`TRACKER_\w+`).FindAllString(read(t, "docs/systemd/"+name), -1) {
			if !isSetting(settings, m) {
				t.Errorf("%s names %s, which is no setting of the program", name, m)
			}
		}
	}
	if units, err := filepath.Glob(filepath.Join(root, "docs/systemd/*.service")); err != nil || len(units) != len(ran) {
		t.Errorf("the services are %v (%v)", units, err)
	}
}

// A backup is made even when the trail was altered, and old ones are removed only when it was not.
func TestTheNightBacksUpThenVerifiesThenRemoves(t *testing.T) {
	lines := unit(t, "tracker-nightly.service")["Service"]["ExecStart"]
	for i, want := range []string{"tracker backup", "tracker audit verify", "-delete"} {
		if i >= len(lines) || !strings.Contains(lines[i], want) {
			t.Fatalf("%v: want %q as number %d", lines, want, i+1)
		}
	}
	timer := unit(t, "tracker-nightly.timer")
	if timer["Timer"]["OnCalendar"] == nil || strings.Join(timer["Timer"]["Persistent"], "") != "yes" || timer["Install"]["WantedBy"] == nil {
		t.Errorf("the timer is %v", timer)
	}
}
