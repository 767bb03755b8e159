package xlsx

import "strings"

// edgedCharts finishes a part of a workbook: the edges and the hatch of a
// chart's bars, which the library cannot say.
func edgedCharts(name string, content []byte) []byte {
	if strings.HasPrefix(name, "xl/charts/") {
		return edged(content)
	}
	return content
}

// edged gives every bar an ink edge, so that white bars are seen, and hatches
// those of the stalled, so that they are told apart without colour.
func edged(content []byte) []byte {
	const edge = `<a:ln w="9525"><a:solidFill><a:srgbClr val="` + ink + `"/></a:solidFill></a:ln></spPr><invertIfNegative`
	const hatch = `<spPr><a:pattFill prst="wdUpDiag"><a:fgClr><a:srgbClr val="` + stalled + `"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>`
	text := strings.ReplaceAll(string(content), `</spPr><invertIfNegative`, edge)
	return []byte(strings.ReplaceAll(text, `<spPr><a:solidFill><a:srgbClr val="`+stalled+`"></a:srgbClr></a:solidFill><a:ln`, hatch+`<a:ln`))
}
