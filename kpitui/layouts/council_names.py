"""The numbers of councils by name: Ofsted's files have names, clean tables have numbers.

The numbers are those of the Department for Education. Where a council has had two, it is the later.
"""

from __future__ import annotations

import re

import polars as pl

from kpitui.text import normalise_area_name

_COUNCIL_LIST = """
201 City of London
202 Camden
203 Greenwich
204 Hackney
205 Hammersmith and Fulham
206 Islington
207 Kensington and Chelsea
208 Lambeth
209 Lewisham
210 Southwark
211 Tower Hamlets
212 Wandsworth
213 Westminster
301 Barking and Dagenham
302 Barnet
303 Bexley
304 Brent
305 Bromley
306 Croydon
307 Ealing
308 Enfield
309 Haringey
310 Harrow
311 Havering
312 Hillingdon
313 Hounslow
314 Kingston upon Thames
315 Merton
316 Newham
317 Redbridge
318 Richmond upon Thames
319 Sutton
320 Waltham Forest
330 Birmingham
331 Coventry
332 Dudley
333 Sandwell
334 Solihull
335 Walsall
336 Wolverhampton
340 Knowsley
341 Liverpool
342 St. Helens
343 Sefton
344 Wirral
350 Bolton
351 Bury
352 Manchester
353 Oldham
354 Rochdale
355 Salford
356 Stockport
357 Tameside
358 Trafford
359 Wigan
370 Barnsley
371 Doncaster
372 Rotherham
373 Sheffield
380 Bradford
381 Calderdale
382 Kirklees
383 Leeds
384 Wakefield
390 Gateshead
391 Newcastle upon Tyne
392 North Tyneside
393 South Tyneside
394 Sunderland
420 Isles of Scilly
800 Bath and North East Somerset
801 Bristol, City of
802 North Somerset
803 South Gloucestershire
805 Hartlepool
806 Middlesbrough
807 Redcar and Cleveland
808 Stockton-on-Tees
810 Kingston upon Hull, City of
811 East Riding of Yorkshire
812 North East Lincolnshire
813 North Lincolnshire
815 North Yorkshire
816 York
821 Luton
822 Bedford
823 Central Bedfordshire
825 Buckinghamshire
826 Milton Keynes
830 Derbyshire
831 Derby
835 Dorset
836 Poole
837 Bournemouth
838 Dorset
839 Bournemouth, Christchurch and Poole
840 County Durham
841 Darlington
845 East Sussex
846 Brighton and Hove
850 Hampshire
851 Portsmouth
852 Southampton
855 Leicestershire
856 Leicester
857 Rutland
860 Staffordshire
861 Stoke-on-Trent
865 Wiltshire
866 Swindon
867 Bracknell Forest
868 Windsor and Maidenhead
869 West Berkshire
870 Reading
871 Slough
872 Wokingham
873 Cambridgeshire
874 Peterborough
876 Halton
877 Warrington
878 Devon
879 Plymouth
880 Torbay
881 Essex
882 Southend-on-Sea
883 Thurrock
884 Herefordshire, County of
885 Worcestershire
886 Kent
887 Medway
888 Lancashire
889 Blackburn with Darwen
890 Blackpool
891 Nottinghamshire
892 Nottingham
893 Shropshire
894 Telford and Wrekin
895 Cheshire East
896 Cheshire West and Chester
908 Cornwall
909 Cumbria
916 Gloucestershire
919 Hertfordshire
921 Isle of Wight
925 Lincolnshire
926 Norfolk
928 Northamptonshire
929 Northumberland
931 Oxfordshire
933 Somerset
935 Suffolk
936 Surrey
937 Warwickshire
938 West Sussex
940 North Northamptonshire
941 West Northamptonshire
942 Cumberland
943 Westmorland and Furness
"""
_ALTERNATIVE_NAMES = {
    "hereford": "884",
    "hull": "810",
    "kingston upon thames royal": "314",
    "southend": "882",
    "windsor and maidenhead royal": "868",
}


_COUNCIL_KIND = re.compile(r" (council|borough|county|city|district|metropolitan|unitary|children s services)$")
_NAME_BY_NUMBER = dict(line.split(" ", 1) for line in _COUNCIL_LIST.strip().splitlines())
_NUMBER_BY_NAME = {normalise_area_name(name): number for number, name in _NAME_BY_NUMBER.items()} | _ALTERNATIVE_NAMES


def find_number_of_council(council_name: str) -> str | None:
    """Return the number of a council by its name, with or without what sort of council it is; None if unknown."""
    name = normalise_area_name(council_name)
    while True:
        if name in _NUMBER_BY_NAME:
            return _NUMBER_BY_NAME[name]
        shorter_name = _COUNCIL_KIND.sub("", name)
        if shorter_name == name:
            return None
        name = shorter_name


def find_council_name(number_column: str) -> pl.Expr:
    """Replace council numbers in a column by names. An unknown number stays as it is."""
    return pl.col(number_column).replace(_NAME_BY_NUMBER)


def find_council_number(name_column: str) -> pl.Expr:
    """Replace council names in a column by numbers. An unknown name becomes null."""
    return pl.col(name_column).map_batches(_find_council_numbers, return_dtype=pl.String)


def _find_council_numbers(councils: pl.Series) -> pl.Series:
    """Look up the number of each name, in any of the ways that a council's name is written."""
    # Each distinct name once: a file has tens of thousands of rows and some 150 councils.
    number_by_name = {
        council: _NUMBER_BY_NAME.get(normalise_area_name(council)) for council in councils.drop_nulls().unique()
    }
    return councils.replace_strict(number_by_name, return_dtype=pl.String) if number_by_name else councils
