package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// marks are the words by which the text of a licence is known. All of a line must be there and none of what it must lack.
var marks = []struct {
	id    string
	has   []string
	lacks []string
}{
	{"MIT", []string{"permission is hereby granted, free of charge, to any person obtaining a copy", "the above copyright notice and this permission notice"}, nil},
	{"Apache-2.0", []string{"apache license", "version 2.0"}, nil},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "to endorse or promote products"}, nil},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms"}, []string{"to endorse or promote products"}},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software", "provided that the above copyright notice"}, nil},
	{"ISC", []string{"permission to use, copy, modify, and distribute this software", "provided that the above copyright notice"}, nil},
	{"0BSD", []string{"permission to use, copy, modify, and/or distribute this software"}, []string{"provided that the above copyright notice"}},
	{"MPL-2.0", []string{"mozilla public license", "version 2.0"}, nil},
	{"OFL-1.1", []string{"sil open font license version 1.1"}, nil},
	{"blessing", []string{"sqlite is public domain"}, nil},                              // SPDX's name for it
	{"GPL", []string{"gnu general public license"}, []string{"mozilla public license"}}, // MPL names it as a secondary one
	{"AGPL", []string{"gnu affero general public license"}, []string{"mozilla public license"}},
	{"LGPL", []string{"gnu lesser general public license"}, []string{"mozilla public license"}},
}

// licencesOf says which licences a text holds.
func licencesOf(text string) (list []string) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, m := range marks {
		has := !slices.ContainsFunc(m.has, func(s string) bool { return !strings.Contains(text, s) })
		lacks := !slices.ContainsFunc(m.lacks, func(s string) bool { return strings.Contains(text, s) })
		if has && lacks && !slices.Contains(list, m.id) {
			list = append(list, m.id)
		}
	}
	return list
}

// licencesIn are the licences of a module, by the files at its root.
func licencesIn(dir string) (list []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") || strings.HasSuffix(name, "-LOGO") { // of a picture on a project's page
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil
		}
		found := licencesOf(string(text))
		if found == nil {
			found = []string{"unknown (" + e.Name() + ")"}
		}
		for _, id := range found {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list
}
