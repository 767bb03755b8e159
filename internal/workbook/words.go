package workbook

import (
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// The kinds of words that are remembered.
const (
	ColumnWords      = "column"      // what a heading means
	InstitutionWords = "institution" // the code of the institution that a name means
)

// Word is what a person told of a heading or of a name in a sheet, folded, so
// that the next sheet is read so by itself. A later telling replaces it.
type Word struct {
	Country  string `gorm:"primaryKey"`
	Kind     string `gorm:"primaryKey"`
	Word     string `gorm:"primaryKey"`
	Meaning  string
	ToldAt   time.Time
	ToldByID *int64
}

// TableName is the table of remembered words.
func (Word) TableName() string { return "import_words" }

// Words are the remembered words of a kind with their meanings.
func Words(tx *gorm.DB, country, kind string) (map[string]string, error) {
	var list []Word
	err := tx.Where("country = ? AND kind = ?", country, kind).Find(&list).Error
	words := map[string]string{}
	for _, w := range list {
		words[w.Word] = w.Meaning
	}
	return words, err
}

// Remember keeps what a person told of words, in the caller's transaction. It
// stands in the trail with the file that it was told of.
func Remember(tx *gorm.DB, in In, kind string, words map[string]string) error {
	for word, meaning := range words {
		w := Word{Country: in.Country, Kind: kind, Word: word, Meaning: meaning, ToldAt: in.Clock.Now()}
		if in.Actor.PersonID != 0 {
			w.ToldByID = &in.Actor.PersonID
		}
		if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&w).Error; err != nil {
			return err
		}
	}
	return nil
}
