// Package profile reads the configuration profiles of SPA telephone adapters.
// What comes first in a file decides how it is read, whatever its name:
//
//	Salted__ salt[8] AES-256-CBC     openssl enc -aes-256-cbc: what is below, under a phrase
//	1f 8b ...                        gzip: what is below
//	<flat-profile>                   the open profile, XML, perhaps inside other elements
//	  <User_ID_1_>14085551234</User_ID_1_>
//	  <Dial_Plan_1_/>                leave it as it is
//	  <Secure_All_Call_Act_Code></Secure_All_Call_Act_Code>    make it empty
//	User_ID[1] "14085551234" ;       the plain-text source of the vendor's compiler
//
// Names are those of the XML: of User_ID[1] and of Dial Plan[1], every space and
// every one of [ ] ( ) / becomes an underscore. It is bytes in, values out.
package profile
