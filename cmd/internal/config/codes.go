package config

import (
	"reflect"

	"star18/dialplan"
)

// eachCode visits the fields of Codes with their services: a key under
// dialplan.codes has the name of the service.
func eachCode(c *Codes, visit func(dialplan.Service, reflect.Value)) {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		service, err := dialplan.ParseService(v.Type().Field(i).Tag.Get("mapstructure"))
		if err != nil {
			panic(err) // a mistake in settings.go, which every test meets
		}
		visit(service, v.Field(i))
	}
}

func defaultCodes() Codes {
	var c Codes
	factory := dialplan.FactoryCodes()
	eachCode(&c, func(s dialplan.Service, field reflect.Value) { field.SetString(factory[s]) })
	return c
}

// table is the codes of the services that star18 runs. The others are off, so
// that they go to the plan and on to the server.
func (c Codes) table() dialplan.Codes {
	codes := dialplan.Codes{}
	eachCode(&c, func(s dialplan.Service, field reflect.Value) { codes[s] = field.String() })
	return codes
}
