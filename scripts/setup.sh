#!/usr/bin/env bash
# Installs what the tests need beside Go and make, with apt where it may; else it prints the exact line and fails.
#   scripts/setup.sh            install what is missing
#   scripts/setup.sh --check    only say what is missing (exit 1), change nothing
set -euo pipefail

has() { command -v "$1" >/dev/null 2>&1; }

# Each part: a package (or several) and the check that tells whether it is there.
has_gcc() { has gcc && gcc -x c -o /dev/null - <<<'int main(void){return 0;}' >/dev/null 2>&1; }
has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_chromium() { has chromium || has chromium-browser || has google-chrome || has google-chrome-stable; }
has_poppler() { has pdftotext && has pdftoppm; }
has_qpdf() { has qpdf; }
has_calc() { has soffice && [ -e "$(dirname "$(readlink -f "$(command -v soffice)")")/libsclo.so" ]; }
has_module() {
	local python
	for python in "${TRACKER_TEST_PYTHON:-python3}" /usr/bin/python3; do
		"$python" -c "import $1" >/dev/null 2>&1 && return 0
	done
	return 1
}
has_fonts() { has fc-list && [ -n "$(fc-list 'Noto Serif' file)" ] && [ -n "$(fc-list 'Noto Sans' file)" ]; }

# Debian 12 has a Calc without its windows; where there is none, the whole one does.
calc_package() {
	if apt-cache show libreoffice-calc-nogui >/dev/null 2>&1; then
		echo libreoffice-calc-nogui
	else
		echo libreoffice-calc
	fi
}

packages=()
find_missing() {
	packages=()
	has_gcc || packages+=(gcc libc6-dev)
	has_postgres || packages+=(postgresql)
	has_chromium || packages+=(chromium)
	has_poppler || packages+=(poppler-utils)
	has_qpdf || packages+=(qpdf)
	has_calc || packages+=("$(calc_package)")
	has_module openpyxl || packages+=(python3-openpyxl)
	has_module reportlab || packages+=(python3-reportlab)
	has_module xlsxwriter || packages+=(python3-xlsxwriter)
	has_fonts || packages+=(fontconfig fonts-noto-core)
}

say_how() {
	echo "Missing for the tests: ${packages[*]}" >&2
	echo "Install it with:" >&2
	echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages[*]}" >&2
}

find_missing
if [ ${#packages[@]} -eq 0 ]; then
	exit 0
fi
if [ "${1:-}" = --check ]; then
	say_how
	exit 1
fi

if has apt-get && [ "$(id -u)" -eq 0 ]; then
	as_root=(env)
elif has apt-get && has sudo && sudo -n true 2>/dev/null; then
	as_root=(sudo -n env)
else
	say_how
	exit 1
fi
"${as_root[@]}" apt-get update
find_missing # the package lists are known only now
"${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"

find_missing
if [ ${#packages[@]} -ne 0 ]; then
	say_how
	exit 1
fi
