/** The columns of an import file, as the template offers them. */
export const templateCsv = 'first_name,last_name,phone,email,company,title,address,city,state,zip\r\n';
