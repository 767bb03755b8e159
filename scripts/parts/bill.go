package main

import (
	"encoding/json"
	"io"
)

// The words of CycloneDX 1.6 that are needed here.
type (
	document struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Component component `json:"component"`
	}
	component struct {
		Type     string      `json:"type"`
		Ref      string      `json:"bom-ref"`
		Name     string      `json:"name"`
		Version  string      `json:"version,omitempty"`
		Hashes   []checksum  `json:"hashes,omitempty"`
		Licences []licensing `json:"licenses,omitempty"`
		PURL     string      `json:"purl,omitempty"`
	}
	checksum struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	licensing struct {
		Licence struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn,omitempty"`
	}
)

// bill writes the bill of materials of a release.
func bill(out io.Writer, release string, list []part) error {
	own := component{Type: "application", Ref: "tracker", Name: "action-plan-tracker", Version: release, Licences: licensed([]string{"Apache-2.0"})}
	doc := document{Format: "CycloneDX", Spec: "1.6", Version: 1, Metadata: metadata{own}, Dependencies: []dependency{{Ref: own.Ref}}}
	for _, p := range list {
		c := component{Type: p.kind, Ref: p.name, Name: p.name, Version: p.version, Licences: licensed(p.licences), PURL: p.purl}
		if p.sha256 != "" {
			c.Hashes = []checksum{{"SHA-256", p.sha256}}
		}
		doc.Components = append(doc.Components, c)
		doc.Dependencies[0].DependsOn = append(doc.Dependencies[0].DependsOn, c.Ref)
	}
	w := json.NewEncoder(out)
	w.SetEscapeHTML(false)
	w.SetIndent("", "  ")
	return w.Encode(doc)
}

func licensed(ids []string) (list []licensing) {
	for _, id := range ids {
		var l licensing
		l.Licence.ID = id
		list = append(list, l)
	}
	return list
}
